import type { KubeObject } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';

/** A Namespace has finalizers in its spec too: the namespace controller's. */
export function hasFinalizers(kind: Kind, object: KubeObject): boolean {
  if ((object.metadata.finalizers ?? []).length > 0) return true;
  return isNamespace(kind) && (object['spec']?.finalizers ?? []).length > 0;
}

export const isNamespace = (kind: Kind): boolean =>
  kind.group === '' && kind.resource === 'namespaces';

export const isDefinition = (kind: Kind): boolean =>
  kind.group === 'apiextensions.k8s.io' && kind.resource === 'customresourcedefinitions';

/** Nothing holds it any more: no finalizer, and no grace period that somebody has to end. */
export function mayVanish(kind: Kind, object: KubeObject): boolean {
  return !hasFinalizers(kind, object) && (object.metadata.deletionGracePeriodSeconds ?? 0) === 0;
}

export type Propagation = 'Orphan' | 'Background' | 'Foreground';

const orphan = 'orphan';
const foreground = 'foregroundDeletion';

/** The finalizers that a deletion with this policy leaves on the object. */
export function propagationFinalizers(
  kind: Kind,
  object: KubeObject,
  policy: Propagation | undefined,
): string[] {
  const rest = (object.metadata.finalizers ?? []).filter(
    (name) => name !== orphan && name !== foreground,
  );
  switch (policy ?? implicitPolicy(kind, object)) {
    case 'Orphan':
      return [...rest, orphan];
    case 'Foreground':
      return [...rest, foreground];
    case 'Background':
      return rest;
  }
}

/** Without a policy, what the object already says holds; then the kind's own rule. */
function implicitPolicy(kind: Kind, object: KubeObject): Propagation {
  const finalizers = object.metadata.finalizers ?? [];
  if (finalizers.includes(orphan)) return 'Orphan';
  if (finalizers.includes(foreground)) return 'Foreground';
  return kind.defaultPropagation === 'orphan' ? 'Orphan' : 'Background';
}
