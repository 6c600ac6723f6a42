import {
  isReason,
  type KubeObject,
  type OwnerReference,
  ownerReferenceTo,
} from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import type { Pod } from '../common/pod.ts';
import { find } from '../common/read.ts';
import type { ReconcileContext } from '../controller.ts';
import { claimNameOf, endOf, ordinalOf, type StatefulSet, startOf } from './stateful-set.ts';

/** Makes the claims of one ordinal that do not exist. Waits (throws) while one of them is still being deleted. */
export async function ensureClaims(
  set: StatefulSet,
  ordinal: number,
  { client }: ReconcileContext,
): Promise<void> {
  const { namespace = '' } = set.metadata;
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = claimNameOf(template, set, ordinal);
    const known = await find(client, resources.persistentvolumeclaims, namespace, name);
    if (known) {
      if (known.metadata.deletionTimestamp === undefined) continue;
      throw new Error(`pvc ${name} is being deleted`);
    }
    const { labels, annotations } = template.metadata;
    const claim: KubeObject = {
      apiVersion: 'v1',
      kind: 'PersistentVolumeClaim',
      metadata: {
        name,
        namespace,
        labels: { ...labels, ...set.spec.selector.matchLabels },
        ...(annotations === undefined ? {} : { annotations }),
      },
      spec: template.spec,
    };
    await client.create(resources.persistentvolumeclaims, claim).catch((error: unknown) => {
      if (!isReason(error, 'AlreadyExists')) throw error;
    });
  }
}

/** Pure: the owners that a claim has by the retention policy, besides those that are not the set's business. */
export function ownersFor(
  set: StatefulSet,
  pod: Pod,
  present: readonly OwnerReference[],
): OwnerReference[] {
  const { whenDeleted = 'Retain', whenScaled = 'Retain' } =
    set.spec.persistentVolumeClaimRetentionPolicy ?? {};
  const ordinal = ordinalOf(set, pod) ?? -1;
  const condemned = ordinal < startOf(set) || ordinal >= endOf(set);
  const mine = new Set([set.metadata.uid, pod.metadata.uid]);
  const others = present.filter(({ uid }) => !mine.has(uid));
  const setOwner = ownerReferenceTo(set, { controller: true });
  const podOwner = ownerReferenceTo({ ...pod, apiVersion: 'v1', kind: 'Pod' });
  if (whenScaled === 'Delete' && condemned) return [...others, podOwner];
  if (whenDeleted === 'Delete') return [...others, setOwner];
  return others;
}

/** Writes the owners by the retention policy into the claims of a pod. */
export async function applyRetention(
  set: StatefulSet,
  pod: Pod,
  { client }: ReconcileContext,
): Promise<void> {
  const ordinal = ordinalOf(set, pod);
  const { namespace = '' } = set.metadata;
  if (ordinal === undefined) return;
  for (const template of set.spec.volumeClaimTemplates ?? []) {
    const name = claimNameOf(template, set, ordinal);
    const claim = await find(client, resources.persistentvolumeclaims, namespace, name);
    if (!claim) continue;
    const present = claim.metadata.ownerReferences ?? [];
    const wanted = ownersFor(set, pod, present);
    const same =
      present.length === wanted.length &&
      wanted.every(({ uid }) => present.some((one) => one.uid === uid));
    if (same) continue;
    const metadata = { ...claim.metadata, ownerReferences: wanted };
    await client.update(resources.persistentvolumeclaims, { ...claim, metadata });
  }
}
