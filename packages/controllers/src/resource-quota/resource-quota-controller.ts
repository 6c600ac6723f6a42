import { deepEqual, type KubeObject, parseQuantity, type Quantity } from '@dormice/apimachinery';
import { evaluatorOf, isInScopes } from '@dormice/apiserver';
import { type ObjectChange, resources } from '@dormice/client';
import { isFinished, type Pod } from '../common/pod.ts';
import { find, readAll } from '../common/read.ts';
import { findResource } from '../common/resource-lookup.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller, ReconcileContext, ReconcileKey } from '../controller.ts';

/** How often all is counted anew, milliseconds, as upstream: what admission charged for writes that failed comes back. */
const resync = 300_000;

const core = ['services', 'secrets', 'configmaps', 'replicationcontrollers', 'resourcequotas'];

/** Which resource the amounts of a quota's key are found in. */
function resourceOf(key: string): { group: string; resource: string } {
  const counted = /^count\/([^.]+)(?:\.(.+))?$/.exec(key);
  if (counted) return { group: counted[2] ?? '', resource: counted[1] ?? '' };
  if (core.includes(key)) return { group: '', resource: key };
  if (key.startsWith('services.')) return { group: '', resource: 'services' };
  if (key.endsWith('.deviceclass.resource.k8s.io/devices')) {
    return { group: 'resource.k8s.io', resource: 'resourceclaims' };
  }
  const claims = key.endsWith('persistentvolumeclaims') || key.endsWith('requests.storage');
  return { group: '', resource: claims ? 'persistentvolumeclaims' : 'pods' };
}

const zero = parseQuantity('0');

/**
 * Writes into each ResourceQuota what it allows and what is used. What is added was charged by admission: only what goes,
 * or shrinks, is looked at here. Counting at additions would forget writes that are charged and not stored yet.
 */
export const resourceQuotaController: Controller = {
  name: 'resourcequota-controller',
  watches: [
    { group: '', resource: 'resourcequotas', keys: changedQuota },
    { group: '*', resource: '*', keys: releasedBy },
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
    return { after: resync };
  },
};

/** A quota that is new, or allows something else. */
function changedQuota({ object, previous, namespace, name }: ObjectChange): ReconcileKey[] {
  const known = deepEqual(object['status']?.hard ?? {}, object['spec']?.hard ?? {});
  const same = previous !== undefined && deepEqual(previous['spec'], object['spec']);
  return known && same ? [] : [{ namespace, name }];
}

/** Changes after which less may be used than admission knows. */
function releasedBy(change: ObjectChange): ReconcileKey[] {
  const { type, group, resource, namespace, object, previous } = change;
  if (namespace === '' || !evaluatorOf(group, resource)) return [];
  const before = previous ?? object;
  const shrinks =
    type === 'DELETED' ||
    (type === 'MODIFIED' &&
      group === '' &&
      ((resource === 'pods' && isFinished(object as Pod) && !isFinished(before as Pod)) ||
        (resource === 'services' && object['spec']?.type !== before['spec']?.type) ||
        (resource === 'persistentvolumeclaims' && !deepEqual(object['status'], before['status']))));
  return shrinks ? [{ namespace, name: '' }] : [];
}

async function usedOf(
  quota: KubeObject,
  keys: readonly string[],
  { client, now }: ReconcileContext,
): Promise<Record<string, string>> {
  const { namespace = '' } = quota.metadata;
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
      const evaluator = evaluatorOf(group, plural);
      const objects = resource && evaluator ? await readAll(client, resource, { namespace }) : [];
      for (const object of objects) {
        if (!evaluator || !isInScopes(quota, evaluator, object)) continue;
        for (const [name, amount] of evaluator.usage(object, now())) {
          total.set(name, (total.get(name) ?? zero).add(amount));
        }
      }
    }
    used[key] = String(total.get(key) ?? zero);
  }
  return used;
}
