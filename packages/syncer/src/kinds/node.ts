import type { KubeObject } from '@dormice/apimachinery';
import { annotations, labels, managedBy } from '../labels.ts';
import type { Loose } from '../loose.ts';

/** The virtual mirror of a host node: its true size, labels and conditions. Images and annotations stay on the host. */
export function mirrorNode(host: KubeObject): KubeObject {
  const { taints, unschedulable } = host.spec ?? {};
  const {
    images: _images,
    volumesInUse: _used,
    volumesAttached: _attached,
    config: _config,
    ...status
  } = host.status ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: host.metadata.name ?? '',
      labels: { ...host.metadata.labels, [labels.managedBy]: managedBy },
      annotations: { [annotations.fromHost]: host.metadata.name ?? '' },
    },
    spec: {
      ...(taints === undefined ? {} : { taints }),
      ...(unschedulable === undefined ? {} : { unschedulable }),
    },
    status,
  };
}

/** A node's status without its heartbeats, which change all the time and say nothing new. */
export function withoutHeartbeats(status: Loose): Loose {
  const conditions = (status?.conditions ?? []).map(
    ({ lastHeartbeatTime: _, ...condition }: Loose) => condition,
  );
  return { ...status, conditions };
}
