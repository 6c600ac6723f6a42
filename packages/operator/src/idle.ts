import { durationMs } from './duration.ts';
import type { VirtualCluster } from './virtual-cluster.ts';

export interface IdleFacts {
  now: Date;
  running: boolean;
  /** Exec sessions, port-forwards and other requests that go on now. */
  inFlight: number;
  lastActivity: Date | undefined;
}

/**
 * Should it go to sleep? Only OnDemand clusters with `sleep.afterIdle`, only when no request was made for that time and
 * none goes on. Open watches and connections are no activity: kubectl and controllers keep them for hours.
 */
export function isIdle(object: VirtualCluster, facts: IdleFacts): boolean {
  const after = object.spec.sleep?.afterIdle;
  if (after === undefined || object.spec.runPolicy !== 'OnDemand') return false;
  if (!facts.running || facts.inFlight > 0 || facts.lastActivity === undefined) return false;
  return facts.now.getTime() - facts.lastActivity.getTime() >= durationMs(after);
}
