import type { KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { timestamp } from './status.ts';
import type { VirtualCluster } from './virtual-cluster.ts';

/** State changes that people see with `kubectl describe vc`. */
export type EventReason =
  | 'Started'
  | 'Slept'
  | 'Woken'
  | 'StartFailed'
  | 'Removed'
  | 'HostnameConflict'
  | 'IdleSleep';

export interface EventFacts {
  reason: EventReason;
  type: 'Normal' | 'Warning';
  message: string;
  now: Date;
  /** Makes the name unique. */
  suffix: string;
}

/** A core/v1 Event about a virtual cluster. */
export function hostEvent(object: VirtualCluster, facts: EventFacts): KubeObject {
  const { name = '', namespace = '', uid = '' } = object.metadata;
  const at = timestamp(facts.now);
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `${name.slice(0, 200)}.${facts.suffix}`, namespace },
    involvedObject: { apiVersion: object.apiVersion, kind: object.kind, name, namespace, uid },
    reason: facts.reason,
    message: facts.message,
    type: facts.type,
    source: { component: 'dormice-operator' },
    firstTimestamp: at,
    lastTimestamp: at,
    count: 1,
  };
}

/** Events are for people: one that cannot be written is logged by the caller and lost. */
export async function emit(host: Client, object: VirtualCluster, facts: EventFacts): Promise<void> {
  await host.create(resources.events, hostEvent(object, facts), {
    namespace: object.metadata.namespace ?? 'default',
  });
}
