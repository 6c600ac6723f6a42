import type { Pod, PodTemplate } from '../common/pod.ts';
import { podFromTemplate } from '../common/pod-from-template.ts';
import { type Revision, revisionLabel, templateOf } from '../common/revisions.ts';
import { claimNameOf, podIndexLabel, podNameLabel, type StatefulSet } from './stateful-set.ts';

/** Pure: the pod of one ordinal at one revision, with its name, host name and claims. */
export function podFor(set: StatefulSet, ordinal: number, revision: Revision): Pod {
  const pod = podFromTemplate(set, templateOf<PodTemplate>(revision));
  const name = `${set.metadata.name}-${ordinal}`;
  const { generateName: _generated, ...metadata } = pod.metadata;
  const claims = set.spec.volumeClaimTemplates ?? [];
  const claimed = new Set(claims.map((template) => template.metadata.name));
  const others = (pod.spec.volumes ?? []).filter((volume) => !claimed.has(volume.name));
  const volumes = claims.map((template) => ({
    name: template.metadata.name ?? '',
    persistentVolumeClaim: { claimName: claimNameOf(template, set, ordinal) },
  }));
  return {
    ...pod,
    metadata: {
      ...metadata,
      name,
      labels: {
        ...metadata.labels,
        [podNameLabel]: name,
        [podIndexLabel]: String(ordinal),
        [revisionLabel]: revision.metadata.labels?.[revisionLabel] ?? '',
      },
    },
    spec: {
      ...pod.spec,
      hostname: name,
      ...(set.spec.serviceName ? { subdomain: set.spec.serviceName } : {}),
      ...(volumes.length + others.length > 0 ? { volumes: [...others, ...volumes] } : {}),
    },
  };
}
