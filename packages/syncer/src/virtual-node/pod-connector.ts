import { errors, type KubeObject, type Status, StatusError } from '@dormice/apimachinery';
import type { PodConnector } from '@dormice/apiserver';
import type { ApiRequest, ApiResponse, Client, HttpTransport } from '@dormice/client';
import { decodeJson, readBody, systemUser } from '@dormice/client';
import { infrastructureName } from '../infrastructure.ts';
import { isInfrastructure } from '../kinds/service.ts';
import { hostName } from '../names.ts';
import { virtualError } from '../sync/copy.ts';
import type { ClusterPlace } from '../translator.ts';
import { hostPath, type ObjectPath, parseObjectPath } from './rewrite-path.ts';
import { forwardedHeaders, tunnel } from './tunnel.ts';

export interface PodConnectorOptions {
  host: Client;
  connectUpgrade?: HttpTransport['connectUpgrade'];
  place: ClusterPlace;
}

/** The way to running pods: through the host's API, under their host names. */
export function createPodConnector(options: PodConnectorOptions): PodConnector {
  const { host, connectUpgrade, place } = options;
  const naming = {
    place,
    hostName: (namespace: string, name: string) => hostName(place.uid, namespace, name),
  };

  /** The host's answer; its errors in the tenant's terms. */
  async function pass(
    target: KubeObject,
    path: ObjectPath,
    resource: 'pods' | 'services',
    request: ApiRequest,
  ): Promise<ApiResponse> {
    const response = await host.transport.request({
      method: request.method,
      path: hostPath(path, resource, place.namespace, hostNameOf(target, resource)),
      query: request.query,
      headers: forwardedHeaders(request.headers),
      user: systemUser('syncer'),
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(request.signal === undefined ? {} : { signal: request.signal }),
    });
    return isHostStatus(response) ? refusal(naming, target, response) : response;
  }

  function hostNameOf({ metadata }: KubeObject, resource: 'pods' | 'services'): string {
    const { namespace = '', name = '' } = metadata;
    return resource === 'services' && isInfrastructure(namespace, name)
      ? infrastructureName(place.uid, namespace, name)
      : hostName(place.uid, namespace, name);
  }

  return {
    log: (pod, request) => pass(pod, requirePath(request.path), 'pods', request),

    proxy(target, _path, request) {
      const resource = target.kind === 'Service' ? 'services' : 'pods';
      return pass(target, requirePath(request.path), resource, request);
    },

    async upgrade(pod, _subresource, request, socket, head) {
      if (!connectUpgrade) {
        throw errors.badRequest(
          'this host has no real pods to connect to; start Dormice with --host-kubeconfig to use one that has',
        );
      }
      const path = requirePath(request.url);
      const answer = await connectUpgrade({
        path: `${hostPath(path, 'pods', place.namespace, hostNameOf(pod, 'pods'))}${path.query}`,
        method: request.method,
        headers: {
          ...forwardedHeaders(request.headers),
          connection: 'Upgrade',
          upgrade: request.headers.upgrade ?? 'websocket',
        },
      });
      if (!answer.socket) {
        throw virtualError(naming, pod, statusFrom(answer.status, answer.body ?? new Uint8Array()));
      }
      await tunnel(answer, socket, head);
    },
  };
}

function requirePath(url: string): ObjectPath {
  const path = parseObjectPath(url);
  if (!path) throw errors.badRequest(`path ${JSON.stringify(url)} is not one of a pod or Service`);
  return path;
}

/** Did the host's API refuse, as opposed to the workload behind it? */
function isHostStatus({ status, headers }: ApiResponse): boolean {
  return status >= 400 && String(headers['content-type'] ?? '').startsWith('application/json');
}

async function refusal(
  naming: Parameters<typeof virtualError>[0],
  target: KubeObject,
  response: ApiResponse,
): Promise<ApiResponse> {
  const bytes = await readBody(response.body);
  const error = readStatus(response.status, bytes);
  if (!error) return { ...response, body: bytes };
  const translated = virtualError(naming, target, error);
  if (!(translated instanceof StatusError)) throw translated;
  return {
    status: response.status,
    headers: { 'content-type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify(translated.toStatus())),
  };
}

function statusFrom(code: number, body: Uint8Array): StatusError {
  const text = new TextDecoder().decode(body.subarray(0, 1024));
  return readStatus(code, body) ?? new StatusError(code, '', text);
}

/** The API's refusal, if the body is one: a workload behind a proxy answers what it likes. */
function readStatus(code: number, body: Uint8Array): StatusError | undefined {
  try {
    const status = decodeJson<Partial<Status>>(body);
    return status.kind === 'Status' ? StatusError.fromStatus(status, code) : undefined;
  } catch {
    return undefined;
  }
}
