import { type KubeObject, parseQuantity, type Quantity } from '@dormice/apimachinery';
import { usageOf } from '@dormice/apiserver';
import { resources } from '@dormice/client';
import { watchItself } from '../common/keys.ts';
import { isFinished, type Pod } from '../common/pod.ts';
import { find, readAll } from '../common/read.ts';
import { findResource } from '../common/resource-lookup.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller, ReconcileContext } from '../controller.ts';

const core = ['services', 'secrets', 'configmaps', 'replicationcontrollers', 'resourcequotas'];
/** Which resource the amounts of a quota's key are found in. */
function resourceOf(key: string): { group: string; resource: string } {
  const counted = /^count\/([^.]+)(?:\.(.+))?$/.exec(key);
  if (counted) return { group: counted[2] ?? '', resource: counted[1] ?? '' };
  if (core.includes(key)) return { group: '', resource: key };
  if (key.startsWith('services.')) return { group: '', resource: 'services' };
  const claims = key === 'persistentvolumeclaims' || key.endsWith('requests.storage');
  return { group: '', resource: claims ? 'persistentvolumeclaims' : 'pods' };
}

const zero = parseQuantity('0');

/** Writes into each ResourceQuota what is used. Any object may count: a change looks at its namespace's quotas. */
export const resourceQuotaController: Controller = {
  name: 'resourcequota-controller',
  watches: [
    watchItself(resources.resourcequotas),
    {
      group: '*',
      resource: '*',
      keys: ({ type, group, resource, namespace, object, previous }) => {
        if (namespace === '' || resource === 'events' || resource === 'resourcequotas') return [];
        const pods = group === '' && resource === 'pods';
        const ended = pods && isFinished(object as Pod) && !isFinished((previous ?? object) as Pod);
        const grown = group === '' && resource === 'persistentvolumeclaims';
        const counts = type !== 'MODIFIED' || ended || grown;
        return counts ? [{ namespace, name: '' }] : [];
      },
    },
  ],
  async reconcile({ namespace, name }, context) {
    const { client } = context;
    if (name === '') {
      const { items } = await client.list(resources.resourcequotas, { namespace });
      for (const { metadata } of items) {
        context.enqueue({ namespace, name: metadata.name ?? '' });
      }
      return undefined;
    }
    const quota = await find(client, resources.resourcequotas, namespace, name);
    if (!quota || quota.metadata.deletionTimestamp !== undefined) return undefined;
    const hard: Record<string, string> = quota['spec']?.hard ?? {};
    const used = await usedOf(quota, Object.keys(hard), context);
    await writeStatus(client, resources.resourcequotas, quota, { hard, used });
    return undefined;
  },
};

async function usedOf(
  quota: KubeObject,
  keys: readonly string[],
  { client }: ReconcileContext,
): Promise<Record<string, string>> {
  const { namespace = '' } = quota.metadata;
  const scopes: string[] = quota['spec']?.scopes ?? [];
  const totals = new Map<string, Map<string, Quantity>>();
  const used: Record<string, string> = {};
  for (const key of keys) {
    const { group, resource: plural } = resourceOf(key);
    const id = `${group}/${plural}`;
    let total = totals.get(id);
    if (!total) {
      total = new Map();
      totals.set(id, total);
      const resource = await findResource(client, group, plural);
      const objects = resource ? await readAll(client, resource, { namespace }) : [];
      for (const object of objects) {
        if (id === '/pods' && !counts(object as Pod, scopes)) continue;
        for (const [name, amount] of usageOf(group, plural, object)) {
          total.set(name, (total.get(name) ?? zero).add(amount));
        }
      }
    }
    used[key] = String(total.get(key) ?? zero);
  }
  return used;
}

/** Is it one of the pods that a quota with these scopes speaks of? */
function counts(pod: Pod, scopes: readonly string[]): boolean {
  if (isFinished(pod)) return false;
  const ends = pod.spec['activeDeadlineSeconds'] !== undefined;
  const bestEffort = pod.status?.['qosClass'] === 'BestEffort';
  return scopes.every((scope) => {
    if (scope === 'Terminating') return ends;
    if (scope === 'NotTerminating') return !ends;
    if (scope === 'BestEffort') return bestEffort;
    return scope === 'NotBestEffort' ? !bestEffort : true;
  });
}
