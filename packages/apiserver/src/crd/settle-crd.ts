import { formatTime, getCondition, type KubeObject, setCondition } from '@dormice/apimachinery';
import { prefixRange } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { keyPrefix } from '../registry/keys.ts';

/** Holds a CRD until its instances are gone. */
export const cleanupFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

const prefix = keyPrefix({ group: 'apiextensions.k8s.io', resource: 'customresourcedefinitions' });
const decoder = new TextDecoder();

export function allCrds(context: ServerContext): KubeObject[] {
  return context.store
    .list(prefixRange(prefix))
    .entries.map(({ value }) => JSON.parse(decoder.decode(value)) as KubeObject);
}

const names = ['plural', 'singular', 'kind', 'listKind'] as const;

/** What another CRD of the group has taken already: a message, or nothing. */
function conflictOf(
  crd: KubeObject,
  others: readonly KubeObject[],
): { reason: string; message: string } | undefined {
  const wanted = crd['spec'].names;
  for (const other of others) {
    if (other['spec'].group !== crd['spec'].group || other.metadata.name === crd.metadata.name)
      continue;
    const accepted = other['status']?.acceptedNames ?? {};
    const taken = new Set(
      [accepted.plural, accepted.singular, ...(accepted.shortNames ?? [])].filter(Boolean),
    );
    const kinds = new Set([accepted.kind, accepted.listKind].filter(Boolean));
    for (const name of names) {
      const value = wanted[name];
      const clash = name === 'kind' || name === 'listKind' ? kinds.has(value) : taken.has(value);
      if (value && clash) {
        const reason = `${name[0]?.toUpperCase()}${name.slice(1)}Conflict`;
        return { reason, message: `${JSON.stringify(value)} is already in use` };
      }
    }
    for (const value of wanted.shortNames ?? []) {
      if (taken.has(value)) {
        return {
          reason: 'ShortNamesConflict',
          message: `${JSON.stringify(value)} is already in use`,
        };
      }
    }
  }
  return undefined;
}

/**
 * Sets what upstream's naming and establishing controllers set, at once: accepted names, `NamesAccepted`,
 * `Established`. Mutates the CRD that is about to be stored.
 */
export function settleCrd(context: ServerContext, crd: KubeObject): void {
  const now = formatTime(context.now());
  const status = crd['status'] ?? {};
  const conflict = conflictOf(crd, allCrds(context));
  let conditions = setCondition(status.conditions, {
    type: 'NamesAccepted',
    status: conflict ? 'False' : 'True',
    reason: conflict?.reason ?? 'NoConflicts',
    message: conflict?.message ?? 'no conflicts found',
    lastTransitionTime: now,
  });
  const established = getCondition(conditions, 'Established')?.status === 'True';
  if (!established) {
    conditions = setCondition(conditions, {
      type: 'Established',
      status: conflict ? 'False' : 'True',
      reason: conflict ? 'NotAccepted' : 'InitialNamesAccepted',
      message: conflict ? 'not all names are accepted' : 'the initial names have been accepted',
      lastTransitionTime: now,
    });
  }
  crd['status'] = {
    ...status,
    conditions,
    acceptedNames: conflict
      ? (status.acceptedNames ?? { plural: '', kind: '' })
      : crd['spec'].names,
    storedVersions: status.storedVersions ?? [],
  };
}
