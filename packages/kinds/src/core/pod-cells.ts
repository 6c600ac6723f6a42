import type { KubeObject } from '@dormice/apimachinery';
import { none } from '../columns.ts';
import { Elapsed } from '../elapsed.ts';
import type { Cell } from '../kind-module.ts';
import { summarizePod } from './pod-summary.ts';

function readinessGates(pod: KubeObject): string {
  const gates: { conditionType: string }[] = pod['spec']?.readinessGates ?? [];
  if (gates.length === 0) return none;
  const met = gates.filter(({ conditionType }) =>
    (pod['status']?.conditions ?? []).some(
      (condition: { type: string; status: string }) =>
        condition.type === conditionType && condition.status === 'True',
    ),
  );
  return `${met.length}/${gates.length}`;
}

/** The columns of `kubectl get pods`. */
export const podCells: Readonly<Record<string, Cell>> = {
  Ready: (pod) => {
    const { ready, total } = summarizePod(pod);
    return `${ready}/${total}`;
  },
  Status: (pod) => summarizePod(pod).status,
  Restarts: (pod) => {
    const { restarts, lastRestart } = summarizePod(pod);
    if (restarts === 0 || lastRestart === undefined) return String(restarts);
    return new Elapsed(lastRestart, { before: `${restarts} (`, after: ' ago)' });
  },
  IP: (pod) => pod['status']?.podIPs?.[0]?.ip || pod['status']?.podIP || none,
  Node: (pod) => pod['spec']?.nodeName || none,
  'Nominated Node': (pod) => pod['status']?.nominatedNodeName || none,
  'Readiness Gates': readinessGates,
};
