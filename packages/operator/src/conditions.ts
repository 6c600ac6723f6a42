import { goalOf, type Observed, phaseOf } from './lifecycle.ts';
import type { Condition, Phase, VirtualCluster } from './virtual-cluster.ts';

type Draft = Omit<Condition, 'lastTransitionTime' | 'observedGeneration'>;

const condition = (type: string, value: boolean, reason: string, message: string): Draft => ({
  type,
  status: value ? 'True' : 'False',
  reason,
  message,
});

/** What each phase says to a person, and the reason that machines read. */
const readyTexts: Record<Phase, { reason: string; message: string }> = {
  Running: { reason: 'Running', message: 'The API answers.' },
  Waking: { reason: 'Waking', message: 'The control plane is being started.' },
  Pending: { reason: 'Pending', message: 'The control plane is about to be started.' },
  Sleeping: { reason: 'Sleeping', message: 'It sleeps: no memory, no pods. Connecting wakes it.' },
  Stopped: {
    reason: 'Stopped',
    message: 'It is stopped: only a change of spec.runPolicy starts it again.',
  },
  Terminating: { reason: 'Terminating', message: 'It is being removed.' },
  Failed: { reason: 'Failed', message: '' },
};

/** Conditions for what is observed; transition times are kept where the status did not change. */
export function conditionsOf(object: VirtualCluster, observed: Observed, now: string): Condition[] {
  const phase = phaseOf(object, observed);
  const asleep = phase === 'Sleeping' || phase === 'Stopped';
  const ready =
    observed.state === 'Failed'
      ? condition('Ready', false, observed.reason, observed.message)
      : condition(
          'Ready',
          phase === 'Running',
          readyTexts[phase].reason,
          readyTexts[phase].message,
        );
  const synced = syncedCondition(observed);
  const drafts: Draft[] = [
    ready,
    condition(
      'Sleeping',
      asleep,
      asleep ? phase : 'Awake',
      asleep ? readyTexts[phase].message : `Wanted: ${goalOf(object)}.`,
    ),
    synced,
  ];
  const before = new Map((object.status?.conditions ?? []).map((entry) => [entry.type, entry]));
  return drafts.map((draft) => {
    const old = before.get(draft.type);
    const lastTransitionTime = old?.status === draft.status ? old.lastTransitionTime : now;
    return {
      ...draft,
      lastTransitionTime,
      ...(object.metadata.generation === undefined
        ? {}
        : { observedGeneration: object.metadata.generation }),
    };
  });
}

function syncedCondition(observed: Observed): Draft {
  if (observed.state !== 'Running') {
    return condition('Synced', false, 'NotRunning', 'Nothing is copied while it does not run.');
  }
  return observed.synced
    ? condition('Synced', true, 'Attached', 'Pods and what they need are copied to the host.')
    : condition('Synced', false, 'HostUnavailable', observed.why ?? 'Connecting to the host.');
}
