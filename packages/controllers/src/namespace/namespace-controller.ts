import { type Condition, formatTime, type KubeObject, setCondition } from '@dormice/apimachinery';
import { type Cluster, type Resource, resources } from '@dormice/client';
import { aggregatedResources } from '../common/aggregated-resources.ts';
import { watchItself } from '../common/keys.ts';
import { find } from '../common/read.ts';
import { allResources } from '../common/resource-lookup.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller, ReconcileContext, Requeue } from '../controller.ts';
import { conditionsOf, type Remaining } from './conditions.ts';

interface Namespace extends KubeObject {
  spec?: { finalizers?: string[] };
  status?: { phase?: string; conditions?: Condition[] };
}

const finalizer = 'kubernetes';
/** Grace periods and finalizers end by themselves: deletions tell, this is for those that do not, milliseconds. */
const lookAgain = 5_000;

/** Namespaces of each cluster that are being emptied. */
const ending = new WeakMap<Cluster, Set<string>>();

/**
 * Empties a namespace that is being deleted, pods first (KEP-5080), says in its conditions what remains, and lets it go
 * when nothing does.
 */
export const namespaceController: Controller = {
  name: 'namespace-controller',
  watches: [
    watchItself(resources.namespaces),
    {
      group: '*',
      resource: '*',
      keys: ({ type, namespace }, cluster) =>
        type === 'DELETED' && namespace !== '' && ending.get(cluster)?.has(namespace)
          ? [{ namespace: '', name: namespace }]
          : [],
    },
  ],
  async reconcile({ name }, context): Promise<Requeue | undefined> {
    const { client, cluster } = context;
    const namespace = await find<Namespace>(client, resources.namespaces, '', name);
    if (namespace?.metadata.deletionTimestamp === undefined) {
      ending.get(cluster)?.delete(name);
      return undefined;
    }
    if (!namespace.spec?.finalizers?.includes(finalizer)) return undefined;
    remember(cluster, name);
    const remaining = await empty(context, name);
    const conditions = conditionsOf(remaining, formatTime(context.now())).reduce(
      (list: Condition[], condition) => setCondition(list, condition),
      namespace.status?.conditions ?? [],
    );
    const status = { ...namespace.status, phase: 'Terminating', conditions };
    const current = await writeStatus(client, resources.namespaces, namespace, status);
    const { failures, silent } = remaining;
    if (remaining.resources.length > 0 || failures.length > 0 || silent.length > 0) {
      return { after: lookAgain };
    }
    const finalizers = (current.spec?.finalizers ?? []).filter((entry) => entry !== finalizer);
    await client.update(
      resources.namespaces,
      { ...current, spec: { ...current.spec, finalizers } },
      { subresource: 'finalize' },
    );
    ending.get(cluster)?.delete(name);
    return undefined;
  },
};

function remember(cluster: Cluster, name: string): void {
  const names = ending.get(cluster);
  if (names) names.add(name);
  else ending.set(cluster, new Set([name]));
}

/** One round of deletions. Everything else waits until the pods are gone: they may need their secrets to end well. */
async function empty(context: ReconcileContext, namespace: string): Promise<Remaining> {
  const aggregated = await aggregatedResources(context.client);
  const everything = [...(await allResources(context.client)), ...aggregated.resources].filter(
    ({ namespaced }) => namespaced,
  );
  const isPods = ({ group, resource }: Resource) => group === '' && resource === 'pods';
  const pods = await remove(context, namespace, everything.filter(isPods));
  if (pods.resources.length > 0 || pods.failures.length > 0) return pods;
  const others = everything.filter((resource) => !isPods(resource));
  return { ...(await remove(context, namespace, others)), silent: aggregated.silent };
}

async function remove(
  { client }: ReconcileContext,
  namespace: string,
  list: Resource[],
): Promise<Remaining> {
  const remaining: Remaining = { resources: [], finalizers: new Map(), failures: [], silent: [] };
  for (const resource of list) {
    try {
      const before = await client.list(resource, { namespace, limit: 1 });
      if (before.items.length === 0) continue;
      await client.deleteCollection(resource, { namespace, propagationPolicy: 'Background' });
      const { items } = await client.list(resource, { namespace });
      if (items.length > 0) remaining.resources.push({ resource, count: items.length });
      for (const entry of items.flatMap((item) => item.metadata.finalizers ?? [])) {
        remaining.finalizers.set(entry, (remaining.finalizers.get(entry) ?? 0) + 1);
      }
    } catch (error) {
      remaining.failures.push(error instanceof Error ? error.message : String(error));
    }
  }
  return remaining;
}
