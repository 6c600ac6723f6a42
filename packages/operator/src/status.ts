import { deepEqual } from '@dormice/apimachinery';
import { conditionsOf } from './conditions.ts';
import { type Observed, phaseOf } from './lifecycle.ts';
import type { VirtualCluster, VirtualClusterStatus } from './virtual-cluster.ts';

export interface StatusFacts {
  observed: Observed;
  now: Date;
  endpoint: string;
  serverName: string;
  lastActivity: Date | undefined;
  awakeBecause: string | undefined;
  identity: string | undefined;
  usage: { storageBytes: number; watches: number; connections: number };
}

/** RFC 3339 with whole seconds, as Kubernetes writes times. */
export function timestamp(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** Last activity is written with this resolution, so that a busy cluster is no stream of status writes. */
const activityResolutionMs = 60_000;

function activityToShow(before: string | undefined, seen: Date | undefined): string | undefined {
  if (seen === undefined) return before;
  if (before !== undefined && seen.getTime() - Date.parse(before) < activityResolutionMs)
    return before;
  return timestamp(seen);
}

/** The status as it should be, or `undefined` when nothing that matters has changed. */
export function nextStatus(
  object: VirtualCluster,
  facts: StatusFacts,
): VirtualClusterStatus | undefined {
  const before = object.status ?? {};
  const running = facts.observed.state === 'Running';
  const next: VirtualClusterStatus = {
    phase: phaseOf(object, facts.observed),
    replicas: running ? 1 : 0,
    conditions: conditionsOf(object, facts.observed, timestamp(facts.now)),
    endpoint: facts.endpoint,
    serverName: facts.serverName,
    lastActivity: activityToShow(before.lastActivity, facts.lastActivity),
    awakeBecause: running ? facts.awakeBecause : undefined,
    identity: before.identity ?? facts.identity,
    usage: {
      storage: String(facts.usage.storageBytes),
      connections: facts.usage.connections,
      watches: facts.usage.watches,
    },
    observedGeneration: object.metadata.generation,
  };
  const { usage: _before, ...rest } = withoutUndefined(before);
  const { usage: _next, ...nextRest } = withoutUndefined(next);
  return deepEqual(rest, nextRest) ? undefined : withoutUndefined(next);
}

function withoutUndefined(status: VirtualClusterStatus): VirtualClusterStatus {
  return Object.fromEntries(
    Object.entries(status).filter(([, value]) => value !== undefined),
  ) as VirtualClusterStatus;
}
