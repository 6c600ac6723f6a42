import type { KubeObject } from '@dormice/apimachinery';
import { annotations, labels, managedBy } from '../labels.ts';
import type { Loose } from '../loose.ts';

/** The virtual mirror of the host volume that is bound to a claim of the cluster; references to host Secrets stay out. */
export function mirrorVolume(host: KubeObject, claim: KubeObject): KubeObject {
  const { claimRef: _, ...spec } = host.spec;
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: host.metadata.name ?? '',
      labels: { [labels.managedBy]: managedBy },
      annotations: { [annotations.fromHost]: host.metadata.name ?? '' },
    },
    spec: {
      ...withoutSecrets(spec),
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        namespace: claim.metadata.namespace,
        name: claim.metadata.name,
        uid: claim.metadata.uid,
      },
    },
    status: { phase: host.status?.phase ?? 'Bound' },
  };
}

function withoutSecrets(value: Loose): Loose {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !/secret/i.test(key))
      .map(([key, part]) => [key, withoutSecrets(part)]),
  );
}
