import { isReason, type KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import type { ServerContext } from '../context.ts';
import { goErrorText } from '../outbound/go-error.ts';
import { frontProxyOf } from './front-proxy.ts';
import { type RemoteApi, targetOf } from './remote-apis.ts';
import { userHeaders } from './user-headers.ts';

/** The `Available` condition that a check comes to. */
export interface Availability {
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
}

/** Upstream waits as long for the answer, milliseconds. */
const timeoutMs = 5000;

const checker = { username: 'system:kube-aggregator', groups: ['system:masters'] };

const no = (reason: string, message: string): Availability => ({
  status: 'False',
  reason,
  message,
});

/** Can the server behind an APIService be used? Looks at the Service and its endpoints, then asks the server itself. */
export async function checkAvailability(
  context: ServerContext,
  api: RemoteApi,
): Promise<Availability> {
  const { namespace, name, port } = api.service;
  const where = `service/${name} in ${JSON.stringify(namespace)}`;
  let service: KubeObject;
  try {
    service = await context.client.get(resources.services, name, { namespace });
  } catch (error) {
    if (isReason(error, 'NotFound')) return no('ServiceNotFound', `${where} is not present`);
    throw error;
  }
  const { type = 'ClusterIP', ports = [] } = service['spec'] ?? {};
  if (type === 'ClusterIP') {
    const found = ports.find((entry: { port: number }) => entry.port === port);
    if (!found) return no('ServicePortError', `${where} is not listening on port ${port}`);
    const problem = await endpointsProblem(context, api, found.name ?? '');
    if (problem) return problem;
  }
  return (
    (await discoveryProblem(context, api)) ?? {
      status: 'True',
      reason: 'Passed',
      message: 'all checks passed',
    }
  );
}

interface Slice {
  endpoints?: { conditions?: { ready?: boolean } }[];
  ports?: { name?: string; port?: number }[];
}

async function endpointsProblem(
  context: ServerContext,
  { service: { namespace, name } }: RemoteApi,
  portName: string,
): Promise<Availability | undefined> {
  const { items } = await context.client.list(resources.endpointslices, {
    namespace,
    labelSelector: `kubernetes.io/service-name=${name}`,
  });
  const of = `service/${name} in ${JSON.stringify(namespace)}`;
  if (items.length === 0) return no('EndpointsNotFound', `cannot find endpointslices for ${of}`);
  const active = (items as unknown as Slice[]).some(
    ({ endpoints = [], ports = [] }) =>
      endpoints.some(({ conditions }) => conditions?.ready !== false) &&
      ports.some((entry) => (entry.name ?? '') === portName && entry.port !== undefined),
  );
  if (active) return undefined;
  const why = `have no addresses with port name ${JSON.stringify(portName)}`;
  return no('MissingEndpoints', `endpointslices for ${of} ${why}`);
}

async function discoveryProblem(
  context: ServerContext,
  api: RemoteApi,
): Promise<Availability | undefined> {
  const identity = frontProxyOf(context);
  if (!identity) return no('FailedDiscoveryCheck', 'the front proxy has no identity yet');
  const { namespace, name, port } = api.service;
  const path = `/apis/${api.group}/${api.version}`;
  const url = `https://${name}.${namespace}.svc:${port}${path}`;
  const why = `failing or missing response from ${url}`;
  try {
    const answer = await context.outbound.send(targetOf(api, identity, false), {
      method: 'GET',
      path,
      headers: userHeaders(checker),
      signal: AbortSignal.timeout(timeoutMs),
    });
    answer.resume();
    const status = answer.statusCode ?? 0;
    if (status >= 200 && status < 300) return undefined;
    return no('FailedDiscoveryCheck', `${why}: bad status from ${url}: ${status}`);
  } catch (error) {
    const text = goErrorText(error);
    return no('FailedDiscoveryCheck', `${why}: Get ${JSON.stringify(url)}: ${text}`);
  }
}
