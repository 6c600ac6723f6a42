import { type Condition, formatTime, setCondition } from '@dormice/apimachinery';
import type { Container, ContainerStatus, Pod, PodStatus } from '../common/pod.ts';
import { simulatedCondition, simulatedNote } from './simulated.ts';

type State = NonNullable<ContainerStatus['state']>;

function containerStatus(
  container: Container,
  known: ContainerStatus[],
  state: State,
): ContainerStatus {
  const before = known.find(({ name }) => name === container.name);
  const running = state.running !== undefined;
  return {
    name: container.name,
    image: container.image ?? '',
    imageID: '',
    containerID: `simulated://${container.name}`,
    restartCount: 0,
    started: running,
    ready: running || state.terminated?.exitCode === 0,
    state: before?.state?.running && running ? before.state : state,
  };
}

const completed = (time: string, startedAt = time, exitCode = 0): State => ({
  terminated: {
    exitCode,
    reason: exitCode === 0 ? 'Completed' : 'Error',
    startedAt,
    finishedAt: time,
  } as NonNullable<State['terminated']>,
});

const isSidecar = ({ restartPolicy }: Container): boolean => restartPolicy === 'Always';

function withConditions(
  pod: Pod,
  rows: readonly (readonly [type: string, status: string, reason?: string, message?: string])[],
  time: string,
): Condition[] {
  const generation = pod.metadata.generation;
  return rows.reduce(
    (list: Condition[], [type, status, reason, message]) =>
      setCondition(list, {
        type,
        status,
        ...(generation === undefined ? {} : { observedGeneration: generation }),
        ...(reason === undefined ? {} : { reason }),
        ...(message === undefined ? {} : { message }),
        lastProbeTime: null,
        lastTransitionTime: time,
      }),
    pod.status?.conditions ?? [],
  );
}

/** Pure: all containers run. Readiness gates are left to whom they belong. */
export function runningStatus(
  pod: Pod,
  { hostIP, podIP }: { hostIP: string; podIP: string },
  now: Date,
): PodStatus {
  const time = formatTime(now);
  const status = pod.status ?? {};
  const gates = (pod.spec['readinessGates'] ?? []) as { conditionType: string }[];
  const open = gates.every(({ conditionType }) =>
    status.conditions?.some((one) => one.type === conditionType && one.status === 'True'),
  );
  const running: State = { running: { startedAt: time } };
  const inits = pod.spec.initContainers ?? [];
  const initStatuses = inits.map((container) => {
    const known = status.initContainerStatuses ?? [];
    const before = known.find(({ name }) => name === container.name);
    if (isSidecar(container)) return containerStatus(container, known, running);
    return before?.state?.terminated ? before : containerStatus(container, known, completed(time));
  });
  return {
    ...status,
    phase: 'Running',
    ...(pod.metadata.generation === undefined
      ? {}
      : { observedGeneration: pod.metadata.generation }),
    startTime: status.startTime ?? time,
    hostIP,
    hostIPs: [{ ip: hostIP }],
    podIP,
    podIPs: [{ ip: podIP }],
    conditions: withConditions(
      pod,
      [
        ['PodReadyToStartContainers', 'True'],
        ['Initialized', 'True'],
        open
          ? ['Ready', 'True']
          : ['Ready', 'False', 'ReadinessGatesNotReady', 'a readiness gate is not open'],
        ['ContainersReady', 'True'],
        ['PodScheduled', 'True'],
        [simulatedCondition, 'True', 'SimulatedNode', simulatedNote],
      ],
      time,
    ),
    containerStatuses: pod.spec.containers.map((container) =>
      containerStatus(container, status.containerStatuses ?? [], running),
    ),
    ...(initStatuses.length > 0 ? { initContainerStatuses: initStatuses } : {}),
  };
}

/** Pure: all containers that ran ended with this code. */
export function finishedStatus(pod: Pod, now: Date, exitCode: number): PodStatus {
  const time = formatTime(now);
  const status = pod.status ?? {};
  const end = (containers: readonly Container[], known: ContainerStatus[]): ContainerStatus[] =>
    containers.map((container) => {
      const before = known.find(({ name }) => name === container.name);
      if (before?.state?.terminated) return before;
      const state = completed(time, before?.state?.running?.startedAt, exitCode);
      return { ...containerStatus(container, known, state), ready: false };
    });
  const reason = exitCode === 0 ? 'PodCompleted' : 'PodFailed';
  const inits = end(pod.spec.initContainers ?? [], status.initContainerStatuses ?? []);
  return {
    ...status,
    phase: exitCode === 0 ? 'Succeeded' : 'Failed',
    conditions: withConditions(
      pod,
      [
        ['PodReadyToStartContainers', 'False'],
        ['Initialized', 'True', reason],
        ['Ready', 'False', reason],
        ['ContainersReady', 'False', reason],
      ],
      time,
    ),
    containerStatuses: end(pod.spec.containers, status.containerStatuses ?? []),
    ...(inits.length > 0 ? { initContainerStatuses: inits } : {}),
  };
}
