import { errors, type KubeObject, StatusError } from '@dormice/apimachinery';
import type { ApiRequest, ApiResponse, UserInfo } from '@dormice/client';
import { admitConnect } from '../admission/admit-other.ts';
import type { PodConnector } from '../api-server.ts';
import type { ServerContext } from '../context.ts';
import { entryOf } from '../registry/read.ts';
import { present } from '../registry/stored.ts';
import type { ResourceRequest } from '../route.ts';
import { connectOptions } from './connect-options.ts';

/** The way to the pods, or a clear word that there is none. */
export function connectorOf(context: ServerContext): PodConnector {
  if (context.pods) return context.pods;
  throw new StatusError(
    501,
    '',
    'pods of this cluster are simulated: there is no container to read from or to connect to',
  );
}

/** The object that a path names. */
export function targetOf(context: ServerContext, info: ResourceRequest): KubeObject {
  const kind = context.kinds.find(info.group, info.version, info.resource);
  if (!kind) throw errors.unknownPath();
  return present(kind, entryOf(context, kind, info.namespace, info.name).value);
}

/** `log` and `proxy`: requests with an answer, as far as the connection goes. */
export async function servePodSubresource(
  context: ServerContext,
  info: ResourceRequest,
  request: ApiRequest,
  user: UserInfo,
): Promise<ApiResponse> {
  if (info.subresource !== 'log') {
    await admitConnect(context, info, user, connectOptions(info, request.query));
  }
  const target = targetOf(context, info);
  if (info.subresource === 'log') {
    checkLogOptions(request.query, info.name);
    const container = containerFor(target, request.query.get('container') ?? '');
    const query = new URLSearchParams(request.query);
    query.set('container', container);
    return connectorOf(context).log(target, { ...request, query });
  }
  if (info.subresource === 'proxy') {
    return connectorOf(context).proxy(target, `/${info.rest}`, request);
  }
  throw errors.badRequest('Upgrade request required');
}

/** The container that is meant: the named one, the only one, or the annotated default. */
export function containerFor(pod: KubeObject, wanted: string): string {
  const spec = pod['spec'] ?? {};
  const main: string[] = (spec.containers ?? []).map(({ name }: { name: string }) => name);
  const all = [
    ...main,
    ...(spec.initContainers ?? []).map(({ name }: { name: string }) => name),
    ...(spec.ephemeralContainers ?? []).map(({ name }: { name: string }) => name),
  ];
  if (wanted !== '') {
    if (all.includes(wanted)) return wanted;
    throw errors.badRequest(`container ${wanted} is not valid for pod ${pod.metadata.name}`);
  }
  const annotated = pod.metadata.annotations?.['kubectl.kubernetes.io/default-container'];
  if (annotated !== undefined && main.includes(annotated)) return annotated;
  const [only] = main;
  if (main.length === 1 && only !== undefined) return only;
  throw errors.badRequest(
    `a container name must be specified for pod ${pod.metadata.name}, choose one of: [${main.join(' ')}]`,
  );
}

const counts = ['tailLines', 'limitBytes', 'sinceSeconds'] as const;

function checkLogOptions(query: URLSearchParams, name: string): void {
  for (const field of counts) {
    const text = query.get(field);
    if (text === null || text === '') continue;
    const value = Number(text);
    const least = field === 'tailLines' ? 0 : 1;
    if (!Number.isInteger(value) || value < least) {
      throw errors.invalid({ group: '', kind: 'PodLogOptions' }, name, [
        {
          type: 'FieldValueInvalid',
          field,
          badValue: Number.isNaN(value) ? text : value,
          detail: least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0',
        },
      ]);
    }
  }
}
