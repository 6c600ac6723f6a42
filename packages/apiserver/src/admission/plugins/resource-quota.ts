import { errors, type KubeObject, parseQuantity, type Quantity } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import type { AdmissionPlugin } from '../../api-server.ts';

type Amounts = Map<string, Quantity>;

/** Resources whose objects are counted under a short name; all others count as `count/RESOURCE[.GROUP]`. */
const counted: Record<string, string> = {
  '/pods': 'pods',
  '/services': 'services',
  '/secrets': 'secrets',
  '/configmaps': 'configmaps',
  '/persistentvolumeclaims': 'persistentvolumeclaims',
  '/replicationcontrollers': 'replicationcontrollers',
  '/resourcequotas': 'resourcequotas',
};

const one = parseQuantity('1');
const zero = parseQuantity('0');

function add(to: Amounts, name: string, amount: Quantity): void {
  to.set(name, (to.get(name) ?? zero).add(amount));
}

/** What one object takes of a quota. */
export function usageOf(group: string, resource: string, object: KubeObject): Amounts {
  const usage: Amounts = new Map();
  const short = counted[`${group}/${resource}`];
  if (short !== undefined) add(usage, short, one);
  add(usage, `count/${group === '' ? resource : `${resource}.${group}`}`, one);
  if (group !== '') return usage;
  if (resource === 'pods') addPod(usage, object);
  if (resource === 'persistentvolumeclaims') {
    const storage: string = object['spec']?.resources?.requests?.storage ?? '0';
    add(usage, 'requests.storage', parseQuantity(storage));
    const storageClass: string | undefined = object['spec']?.storageClassName;
    if (storageClass) {
      const prefix = `${storageClass}.storageclass.storage.k8s.io`;
      add(usage, `${prefix}/requests.storage`, parseQuantity(storage));
      add(usage, `${prefix}/persistentvolumeclaims`, one);
    }
  }
  if (resource === 'services') {
    const { type, ports = [] } = object['spec'] ?? {};
    if (type === 'LoadBalancer') add(usage, 'services.loadbalancers', one);
    if (type === 'NodePort' || type === 'LoadBalancer') {
      add(usage, 'services.nodeports', parseQuantity(String(ports.length)));
    }
  }
  return usage;
}

/** Requests that a quota may name without `requests.`. */
const plain = new Set(['cpu', 'memory', 'ephemeral-storage']);

function addPod(usage: Amounts, pod: KubeObject): void {
  for (const { resources: amounts = {} } of (pod['spec']?.containers ?? []) as {
    resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  }[]) {
    for (const [name, amount] of Object.entries(amounts.requests ?? {})) {
      add(usage, `requests.${name}`, parseQuantity(amount));
      if (plain.has(name)) add(usage, name, parseQuantity(amount));
    }
    for (const [name, amount] of Object.entries(amounts.limits ?? {})) {
      add(usage, `limits.${name}`, parseQuantity(amount));
    }
  }
}

const finished = new Set(['Succeeded', 'Failed']);

/** What all objects of a kind in a namespace take now. */
async function usedOf(
  client: Client,
  group: string,
  version: string,
  resource: string,
  namespace: string,
): Promise<Amounts> {
  const { items } = await client.list(
    { group, version, resource, kind: '', namespaced: true },
    { namespace },
  );
  const used: Amounts = new Map();
  for (const item of items) {
    if (resource === 'pods' && finished.has(item['status']?.phase)) continue;
    for (const [name, amount] of usageOf(group, resource, item)) add(used, name, amount);
  }
  return used;
}

/** Refuses what would go over a namespace's quota: measured at the moment, not remembered. */
export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  async validate(attributes, client) {
    const { operation, group, version, resource, subresource, namespace, object } = attributes;
    if (operation !== 'CREATE' || subresource !== '' || namespace === '' || !object) return;
    if (group === '' && (resource === 'events' || resource === 'resourcequotas')) return;
    const { items: quotas } = await client.list(resources.resourcequotas, { namespace });
    if (quotas.length === 0) return;
    const requested = usageOf(group, resource, object);
    const used = await usedOf(client, group, version, resource, namespace);
    for (const quota of quotas) check(quota, requested, used, attributes);
  },
};

function check(
  quota: KubeObject,
  requested: Amounts,
  used: Amounts,
  { group, resource, object }: { group: string; resource: string; object: KubeObject | undefined },
): void {
  if ((quota['spec']?.scopes ?? []).length > 0 || quota['spec']?.scopeSelector) return;
  const hard = Object.entries((quota['spec']?.hard ?? {}) as Record<string, string>);
  const name = object?.metadata.name ?? '';
  const missing =
    resource === 'pods' ? hard.filter(([key]) => isCompute(key) && !requested.has(key)) : [];
  if (missing.length > 0) {
    throw errors.forbidden(
      { group, resource },
      name,
      `failed quota: ${quota.metadata.name}: must specify ${missing.map(([key]) => `${key} for: ${containerNames(object)}`).join('; ')}`,
    );
  }
  const over = hard.filter(([key, limit]) => {
    const wanted = requested.get(key);
    if (!wanted || wanted.sign === 0) return false;
    return (used.get(key) ?? zero).add(wanted).compare(parseQuantity(limit)) > 0;
  });
  if (over.length === 0) return;
  const list = (values: (key: string, limit: string) => string): string =>
    over.map(([key, limit]) => `${key}=${values(key, limit)}`).join(',');
  throw errors.forbidden(
    { group, resource },
    name,
    `exceeded quota: ${quota.metadata.name}, requested: ${list((key) => String(requested.get(key)))}, used: ${list((key) => String(used.get(key) ?? zero))}, limited: ${list((_, limit) => limit)}`,
  );
}

const isCompute = (key: string): boolean =>
  /^(requests\.|limits\.)?(cpu|memory)$/.test(key) ||
  /^(requests|limits)\.ephemeral-storage$/.test(key);

const containerNames = (pod: KubeObject | undefined): string =>
  ((pod?.['spec']?.containers ?? []) as { name: string }[]).map(({ name }) => name).join(',');
