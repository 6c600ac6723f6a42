import type { KubeObject } from '@dormice/apimachinery';

interface ContainerState {
  waiting?: { reason?: string };
  running?: object;
  terminated?: { exitCode?: number; signal?: number; reason?: string; finishedAt?: string | null };
}
interface ContainerStatus {
  name: string;
  restartCount?: number;
  ready?: boolean;
  started?: boolean;
  state?: ContainerState;
  lastState?: ContainerState;
}
interface InitContainer {
  name: string;
  restartPolicy?: string;
}

/** What `kubectl get pods` says of a pod, summed up from its phase, conditions and container states. */
export interface PodSummary {
  ready: number;
  total: number;
  status: string;
  restarts: number;
  /** When a container was last found dead, ms since the epoch. */
  lastRestart: number | undefined;
}

/** Restarts of some containers, and the newest of them. */
class Restarts {
  count = 0;
  last: number | undefined;

  add({ restartCount = 0, lastState }: ContainerStatus): void {
    this.count += restartCount;
    const finished = lastState?.terminated?.finishedAt;
    if (!finished) return;
    const at = Date.parse(finished);
    if (this.last === undefined || at > this.last) this.last = at;
  }
}

/** `OOMKilled`, `Signal:9` or `ExitCode:1`. */
function deathOf({ reason, signal, exitCode }: NonNullable<ContainerState['terminated']>): string {
  if (reason) return reason;
  return signal ? `Signal:${signal}` : `ExitCode:${exitCode ?? 0}`;
}

const conditionIs = (pod: KubeObject, type: string): boolean =>
  (pod['status']?.conditions ?? []).some(
    (condition: { type: string; status: string }) =>
      condition.type === type && condition.status === 'True',
  );

interface InitSummary {
  /** Set while an init container has not done its part. */
  blockedBy: string | undefined;
  sidecarsReady: number;
  all: Restarts;
  sidecars: Restarts;
}

function summarizeInit(pod: KubeObject): InitSummary {
  const containers: InitContainer[] = pod['spec']?.initContainers ?? [];
  const sidecarNames = new Set(
    containers.filter(({ restartPolicy }) => restartPolicy === 'Always').map(({ name }) => name),
  );
  const summary: InitSummary = {
    blockedBy: undefined,
    sidecarsReady: 0,
    all: new Restarts(),
    sidecars: new Restarts(),
  };
  const statuses: ContainerStatus[] = pod['status']?.initContainerStatuses ?? [];
  for (const [index, status] of statuses.entries()) {
    const sidecar = sidecarNames.has(status.name);
    summary.all.add(status);
    if (sidecar) summary.sidecars.add(status);
    const { terminated, waiting } = status.state ?? {};
    if (terminated && (terminated.exitCode ?? 0) === 0) continue;
    if (sidecar && status.started) {
      if (status.ready) summary.sidecarsReady += 1;
      continue;
    }
    if (terminated) summary.blockedBy = `Init:${deathOf(terminated)}`;
    else if (waiting?.reason && waiting.reason !== 'PodInitializing')
      summary.blockedBy = `Init:${waiting.reason}`;
    else summary.blockedBy = `Init:${index}/${containers.length}`;
    break;
  }
  return summary;
}

/** The status of the main containers: the first one that has something to say wins. */
function summarizeContainers(statuses: readonly ContainerStatus[], restarts: Restarts) {
  let reason: string | undefined;
  let ready = 0;
  let running = false;
  for (const status of [...statuses].reverse()) {
    restarts.add(status);
    const { waiting, terminated, running: alive } = status.state ?? {};
    if (waiting?.reason) reason = waiting.reason;
    else if (terminated) reason = deathOf(terminated);
    else if (status.ready && alive) {
      running = true;
      ready += 1;
    }
  }
  return { reason, ready, running };
}

/** Sums a pod up as upstream's printer does. */
export function summarizePod(pod: KubeObject): PodSummary {
  const spec = pod['spec'] ?? {};
  const status = pod['status'] ?? {};
  const initContainers: InitContainer[] = spec.initContainers ?? [];
  const total =
    (spec.containers ?? []).length +
    initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always').length;

  let text: string = status.reason || status.phase || '';
  for (const condition of status.conditions ?? [])
    if (condition.type === 'PodScheduled' && condition.reason === 'SchedulingGated')
      text = 'SchedulingGated';

  const init = summarizeInit(pod);
  let restarts = init.all;
  let ready = init.sidecarsReady;
  if (init.blockedBy !== undefined) text = init.blockedBy;
  if (init.blockedBy === undefined || conditionIs(pod, 'Initialized')) {
    restarts = init.sidecars;
    const main = summarizeContainers(status.containerStatuses ?? [], restarts);
    ready += main.ready;
    if (main.reason !== undefined) text = main.reason;
    if (text === 'Completed' && main.running)
      text = conditionIs(pod, 'Ready') ? 'Running' : 'NotReady';
  }
  if (pod.metadata.deletionTimestamp) {
    if (status.reason === 'NodeLost') text = 'Unknown';
    else if (status.phase !== 'Failed' && status.phase !== 'Succeeded') text = 'Terminating';
  }
  return { ready, total, status: text, restarts: restarts.count, lastRestart: restarts.last };
}
