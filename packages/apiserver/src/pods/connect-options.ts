import type { ResourceRequest } from '../route.ts';

const flags = ['stdin', 'stdout', 'stderr', 'tty'] as const;

/** The options of a connection, as upstream's admission sees them: an object made of the path and the query. */
export function connectOptions(
  { resource, subresource, rest }: Pick<ResourceRequest, 'resource' | 'subresource' | 'rest'>,
  query: URLSearchParams,
): Record<string, unknown> & { kind: string } {
  const kinds: Record<string, string> = {
    exec: 'PodExecOptions',
    attach: 'PodAttachOptions',
    portforward: 'PodPortForwardOptions',
  };
  const proxied = { services: 'ServiceProxyOptions', nodes: 'NodeProxyOptions' }[resource];
  const kind = kinds[subresource] ?? proxied ?? 'PodProxyOptions';
  const head = { kind, apiVersion: 'v1' };
  if (subresource === 'proxy') return rest === '' ? head : { ...head, path: `/${rest}` };
  if (subresource === 'portforward') {
    const ports = query.getAll('ports').map(Number);
    return ports.length === 0 ? head : { ...head, ports };
  }
  const container = query.get('container') ?? '';
  const command = query.getAll('command');
  const isSet = (flag: string): boolean => ['true', '1'].includes(query.get(flag) ?? '');
  return {
    ...head,
    ...Object.fromEntries(flags.filter(isSet).map((flag) => [flag, true])),
    ...(container === '' ? {} : { container }),
    ...(command.length === 0 ? {} : { command }),
  };
}
