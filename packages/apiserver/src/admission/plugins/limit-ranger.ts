import { errors, type KubeObject, parseQuantity } from '@dormice/apimachinery';
import type { AdmissionPlugin } from '../../api-server.ts';

const limitRanges = {
  group: '',
  version: 'v1',
  resource: 'limitranges',
  kind: 'LimitRange',
  namespaced: true,
} as const;

type Amounts = Record<string, string>;

interface LimitItem {
  type: string;
  default?: Amounts;
  defaultRequest?: Amounts;
  min?: Amounts;
  max?: Amounts;
  maxLimitRequestRatio?: Amounts;
}

interface Resources {
  requests?: Amounts;
  limits?: Amounts;
}

const containersOf = (pod: KubeObject): { name: string; resources?: Resources }[] => [
  ...(pod['spec']?.initContainers ?? []),
  ...(pod['spec']?.containers ?? []),
];

async function itemsOf(
  client: Parameters<NonNullable<AdmissionPlugin['admit']>>[1],
  namespace: string,
): Promise<LimitItem[]> {
  const { items } = await client.list(limitRanges, { namespace });
  return items.flatMap((range) => (range['spec']?.limits ?? []) as LimitItem[]);
}

/** Fills in a namespace's default requests and limits, and refuses what lies outside its bounds. */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  async admit({ group, resource, subresource, operation, namespace, object }, client) {
    if (group !== '' || resource !== 'pods' || subresource !== '' || !object) return;
    if (operation !== 'CREATE') return;
    for (const item of await itemsOf(client, namespace)) {
      if (item.type !== 'Container') continue;
      for (const container of containersOf(object)) fillDefaults(container, item);
    }
  },
  async validate({ group, resource, subresource, operation, namespace, object }, client) {
    if (group !== '' || subresource !== '' || !object || operation !== 'CREATE') return;
    if (resource !== 'pods' && resource !== 'persistentvolumeclaims') return;
    const items = await itemsOf(client, namespace);
    const problems = items.flatMap((item) => violations(resource, object, item));
    if (problems.length === 0) return;
    const text = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`;
    throw errors.forbidden({ group, resource }, object.metadata.name ?? '', text ?? '');
  },
};

function fillDefaults(container: { resources?: Resources }, item: LimitItem): void {
  const resources = container.resources ?? {};
  const requests = { ...item.defaultRequest, ...resources.limits, ...resources.requests };
  const limits = { ...item.default, ...resources.limits };
  for (const name of Object.keys(requests)) {
    const known =
      resources.requests?.[name] ?? item.defaultRequest?.[name] ?? resources.limits?.[name];
    if (known === undefined) delete requests[name];
  }
  container.resources = {
    ...resources,
    ...(Object.keys(limits).length > 0 ? { limits } : {}),
    ...(Object.keys(requests).length > 0 ? { requests } : {}),
  };
}

function violations(resource: string, object: KubeObject, item: LimitItem): string[] {
  if (resource === 'persistentvolumeclaims') {
    if (item.type !== 'PersistentVolumeClaim') return [];
    const requests: Amounts = object['spec']?.resources?.requests ?? {};
    return bounds('PersistentVolumeClaim', { requests, limits: requests }, item);
  }
  if (item.type === 'Container') {
    return containersOf(object).flatMap(({ resources = {} }) =>
      bounds('Container', resources, item),
    );
  }
  return item.type === 'Pod' ? bounds('Pod', sumOf(object), item) : [];
}

function sumOf(pod: KubeObject): Resources {
  const sum: Required<Resources> = { requests: {}, limits: {} };
  for (const { resources = {} } of (pod['spec']?.containers ?? []) as { resources?: Resources }[]) {
    for (const side of ['requests', 'limits'] as const) {
      for (const [name, amount] of Object.entries(resources[side] ?? {})) {
        const before = parseQuantity(sum[side][name] ?? '0');
        sum[side][name] = before.add(parseQuantity(amount)).toString();
      }
    }
  }
  return sum;
}

function bounds(
  type: string,
  { requests = {}, limits = {} }: Resources,
  item: LimitItem,
): string[] {
  const problems: string[] = [];
  const less = (a: string, b: string): boolean => parseQuantity(a).compare(parseQuantity(b)) < 0;
  for (const [name, min] of Object.entries(item.min ?? {})) {
    const request = requests[name];
    if (request === undefined)
      problems.push(`minimum ${name} usage per ${type} is ${min}.  No request is specified`);
    else if (less(request, min))
      problems.push(`minimum ${name} usage per ${type} is ${min}, but request is ${request}`);
  }
  for (const [name, max] of Object.entries(item.max ?? {})) {
    const limit = limits[name];
    if (limit === undefined)
      problems.push(`maximum ${name} usage per ${type} is ${max}.  No limit is specified`);
    else if (less(max, limit))
      problems.push(`maximum ${name} usage per ${type} is ${max}, but limit is ${limit}`);
  }
  return problems;
}
