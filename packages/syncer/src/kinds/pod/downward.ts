import type { KubeObject } from '@dormice/apimachinery';
import { freeAnnotations } from '../../host-metadata.ts';
import { annotations } from '../../labels.ts';
import type { Loose } from '../../loose.ts';

/** Fields of a pod that differ on the host: read from the annotations that carry the virtual ones. */
const rewritten: Record<string, string> = {
  'metadata.name': annotations.name,
  'metadata.namespace': annotations.namespace,
  'metadata.uid': annotations.uid,
  'metadata.labels': annotations.labels,
  'metadata.annotations': annotations.annotations,
  'spec.serviceAccountName': annotations.serviceAccount,
};

/** A `fieldRef` that yields on the host what it yields in the virtual cluster. */
export function hostFieldRef(fieldRef: Loose): Loose {
  const key = rewritten[fieldRef?.fieldPath];
  if (key === undefined) return fieldRef;
  return { ...fieldRef, fieldPath: `metadata.annotations['${key}']` };
}

/** The annotations behind those references. */
export function downwardAnnotations(pod: KubeObject): Record<string, string> {
  return {
    [annotations.labels]: formatMap(pod.metadata.labels ?? {}),
    ...(wantsAnnotations(pod)
      ? { [annotations.annotations]: formatMap(pod.metadata.annotations ?? {}) }
      : {}),
    [annotations.serviceAccount]: pod.spec?.serviceAccountName ?? 'default',
    [annotations.annotationKeys]: JSON.stringify(Object.keys(freeAnnotations(pod)).sort()),
  };
}

/** Annotations may be large, and together there is room for 256 KiB: twice only where it is asked for. */
function wantsAnnotations(pod: KubeObject): boolean {
  return JSON.stringify(pod.spec ?? {}).includes('"metadata.annotations"');
}

/** As the kubelet writes a map into a file: sorted `key="value"` lines. */
export function formatMap(map: Record<string, string>): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');
}
