import {
  type Condition,
  controllerOf,
  formatTime,
  type KubeObject,
  type LabelSelectorObject,
  labelSelectorFrom,
  scaledValue,
  setCondition,
} from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { itself } from '../common/keys.ts';
import { isFinished, isReady, isTerminating, type Pod } from '../common/pod.ts';
import { find, readAll } from '../common/read.ts';
import { resourceByName, resourceOfKind } from '../common/resource-lookup.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller, Requeue } from '../controller.ts';

interface Budget extends KubeObject {
  spec: {
    minAvailable?: number | string;
    maxUnavailable?: number | string;
    selector?: LabelSelectorObject;
  };
  status?: {
    disruptedPods?: Record<string, string>;
    conditions?: Condition[];
    [count: string]: unknown;
  };
}

/** An eviction that was allowed but not seen after so long did not happen, milliseconds. */
const evictionTimeout = 120_000;

/** Counts for each PodDisruptionBudget how many of its pods may be evicted now. */
export const disruptionController: Controller = {
  name: 'disruption-controller',
  watches: [
    { group: 'policy', resource: 'poddisruptionbudgets', keys: itself },
    { group: '', resource: 'pods', keys: ({ namespace }) => [{ namespace, name: '' }] },
  ],
  async reconcile({ namespace, name }, { client, now, enqueue }): Promise<Requeue | undefined> {
    const resource = resourceByName('policy', 'poddisruptionbudgets');
    if (!resource) return undefined;
    if (name === '') {
      const { items } = await client.list(resource, { namespace });
      for (const { metadata } of items) enqueue({ namespace, name: metadata.name ?? '' });
      return undefined;
    }
    const budget = await find<Budget>(client, resource, namespace, name);
    if (!budget) return undefined;
    const selector = labelSelectorFrom(budget.spec.selector);
    const all = await readAll<Pod>(client, resources.pods, { namespace });
    const pods = all.filter((pod) => selector.matches(pod.metadata.labels) && !isFinished(pod));
    const expected = await expectedCount(client, budget, pods);
    const disrupted = stillExpected(budget, pods, now());
    const healthy = pods.filter(
      (pod) =>
        isReady(pod) && !isTerminating(pod) && !Object.hasOwn(disrupted, pod.metadata.name ?? ''),
    ).length;
    const desired = desiredHealthy(budget, expected);
    const allowed = expected === 0 ? 0 : Math.max(0, healthy - desired);
    const time = formatTime(now());
    await writeStatus(client, resource, budget, {
      observedGeneration: budget.metadata.generation ?? 0,
      ...(Object.keys(disrupted).length > 0 ? { disruptedPods: disrupted } : {}),
      disruptionsAllowed: allowed,
      currentHealthy: healthy,
      desiredHealthy: desired,
      expectedPods: expected,
      conditions: setCondition(budget.status?.conditions, {
        type: 'DisruptionAllowed',
        status: allowed > 0 ? 'True' : 'False',
        reason: allowed > 0 ? 'SufficientPods' : 'InsufficientPods',
        message: '',
        observedGeneration: budget.metadata.generation ?? 0,
        lastTransitionTime: time,
      }),
    });
    return Object.keys(disrupted).length > 0 ? { after: evictionTimeout } : undefined;
  },
};

/** With percentages and `maxUnavailable` the owners say how many pods there should be. */
async function expectedCount(
  client: Client,
  { spec }: Budget,
  pods: readonly Pod[],
): Promise<number> {
  if (spec.maxUnavailable === undefined && typeof spec.minAvailable === 'number')
    return pods.length;
  const owners = new Map<string, number>();
  for (const pod of pods) {
    const reference = controllerOf(pod);
    if (!reference || owners.has(reference.uid)) continue;
    const resource = await resourceOfKind(client, reference.apiVersion, reference.kind);
    const { namespace = '' } = pod.metadata;
    const owner = resource && (await find(client, resource, namespace, reference.name));
    const above = owner && controllerOf(owner);
    const replicas = Number(owner?.['spec']?.replicas ?? 0) || 0;
    // A rolling update has several ReplicaSets; their Deployment knows the number.
    if (above?.kind === 'Deployment') {
      const top = await find(client, resources.deployments, namespace, above.name);
      owners.set(above.uid, Number(top?.['spec']?.replicas ?? 0) || 0);
      owners.set(reference.uid, 0);
    } else {
      owners.set(reference.uid, replicas);
    }
  }
  return [...owners.values()].reduce((sum, count) => sum + count, 0);
}

function desiredHealthy({ spec }: Budget, expected: number): number {
  if (spec.maxUnavailable !== undefined) {
    return Math.max(0, expected - scaledValue(spec.maxUnavailable, expected, 'up'));
  }
  return scaledValue(spec.minAvailable ?? 1, expected, 'up');
}

/** Evictions that the API allowed and whose pods are still there. */
function stillExpected(
  { status }: Budget,
  pods: readonly Pod[],
  now: Date,
): Record<string, string> {
  const entries = Object.entries(status?.disruptedPods ?? {}).filter(([name, time]) => {
    const pod = pods.find(({ metadata }) => metadata.name === name);
    const waits = Date.parse(time) + evictionTimeout > now.getTime();
    return pod !== undefined && !isTerminating(pod) && waits;
  });
  return Object.fromEntries(entries);
}
