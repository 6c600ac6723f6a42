import type { Phase, VirtualCluster } from './virtual-cluster.ts';

/** What the operator sees of one virtual cluster's control plane. */
export type Observed =
  | { state: 'Sleeping' }
  | { state: 'Waking' }
  | { state: 'Running'; synced: boolean; why?: string }
  | { state: 'Failed'; reason: string; message: string };

/** What should be. Deleting comes first, then the person's word, then the run policy. */
export type Goal = 'Run' | 'Sleep' | 'Remove';

/**
 * `Stopped` beats everything but deletion; otherwise `replicas` says it, which people, waking connections and the idle
 * judge set. `Always` and `OnDemand` differ for the idle judge only.
 */
export function goalOf(object: VirtualCluster): Goal {
  if (object.metadata.deletionTimestamp !== undefined) return 'Remove';
  if (object.spec.runPolicy === 'Stopped') return 'Sleep';
  return object.spec.replicas === 0 ? 'Sleep' : 'Run';
}

/** May a connection wake it? */
export function wakesByConnection(object: VirtualCluster): boolean {
  return object.metadata.deletionTimestamp === undefined && object.spec.runPolicy !== 'Stopped';
}

/** The one word that people read. */
export function phaseOf(object: VirtualCluster, observed: Observed): Phase {
  if (object.metadata.deletionTimestamp !== undefined) return 'Terminating';
  switch (observed.state) {
    case 'Failed':
      return 'Failed';
    case 'Running':
      return 'Running';
    case 'Waking':
      return 'Waking';
    case 'Sleeping':
      if (goalOf(object) === 'Run') return 'Pending';
      return object.spec.runPolicy === 'Stopped' ? 'Stopped' : 'Sleeping';
  }
}
