import { formatTime, type KubeObject } from '@dormice/apimachinery';
import type { ApiRequest, UserInfo } from '@dormice/client';
import type { Kind, KindContext } from '@dormice/kinds';
import { namespaceOf } from '../admission/webhooks/relevant.ts';
import type { AdmissionAttributes } from '../api-server.ts';
import { trailOf } from '../audit/trail.ts';
import type { ServerContext } from '../context.ts';
import type { ResourceRequest } from '../route.ts';

/** One write on its way through the registry. */
export interface Write {
  context: ServerContext;
  kind: Kind;
  info: ResourceRequest;
  request: ApiRequest;
  user: UserInfo;
  warnings: string[];
  dryRun: boolean;
  /** Field manager of the write; upstream takes the user agent's first word when none is named. */
  manager: string;
}

export function managerOf(request: ApiRequest): string {
  const named = request.query.get('fieldManager') ?? '';
  if (named !== '') return named;
  const agent = request.headers['user-agent'] ?? '';
  return agent.split('/')[0]?.slice(0, 128) || 'unknown';
}

export function kindContextOf(write: Write): KindContext {
  return {
    now: write.context.now(),
    uuid: write.context.uuid,
    subresource: write.info.subresource,
    user: write.user,
    namespaceLabels: () => namespaceOf(write.context, write.info.namespace)?.metadata.labels ?? {},
  };
}

export function timestampOf(write: Write): string {
  return formatTime(write.context.now());
}

/** The options of a write as webhooks and policies see them: a patch is a creation or an update. */
function requestOptions(
  { request, dryRun }: Write,
  operation: 'CREATE' | 'UPDATE',
): Record<string, unknown> {
  const { query } = request;
  const text = (name: string): object => {
    const value = query.get(name);
    return value ? { [name]: value } : {};
  };
  return {
    kind: operation === 'CREATE' ? 'CreateOptions' : 'UpdateOptions',
    apiVersion: 'meta.k8s.io/v1',
    ...(dryRun ? { dryRun: ['All'] } : {}),
    ...text('fieldManager'),
    ...text('fieldValidation'),
  };
}

/** The request as admission sees it. */
export function attributesOf(
  write: Write,
  operation: AdmissionAttributes['operation'],
  object: KubeObject | undefined,
  oldObject: KubeObject | undefined,
): AdmissionAttributes {
  const { info, kind } = write;
  const name = object?.metadata.name ?? info.name;
  const isNamespace = kind.group === '' && kind.resource === 'namespaces';
  return {
    operation,
    group: kind.group,
    version: kind.version,
    resource: kind.resource,
    subresource: info.subresource,
    kind: { group: kind.group, version: kind.version, kind: kind.kind },
    // A Namespace is inside itself.
    namespace: isNamespace ? name : info.namespace,
    name,
    user: write.user,
    dryRun: write.dryRun,
    ...(operation === 'CREATE' || operation === 'UPDATE'
      ? { options: requestOptions(write, operation) }
      : {}),
    object,
    oldObject,
    warn: (message) => write.warnings.push(message),
    annotate: (key, value) => trailOf(write.request)?.annotate(key, value),
  };
}
