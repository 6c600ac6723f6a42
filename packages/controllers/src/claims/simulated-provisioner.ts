import { isReason, quantityCompare } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { watchItself } from '../common/keys.ts';
import { find, ignoreNotFound } from '../common/read.ts';
import { writeStatus } from '../common/write-status.ts';
import type { Controller, ReconcileContext } from '../controller.ts';
import type { Claim, Volume } from './claim.ts';

const provisioner = 'dormice.dev/simulated';
/** A driver's name is a DNS name. */
const driver = 'simulated.dormice.dev';
const selectedNode = 'volume.kubernetes.io/selected-node';
const { persistentvolumeclaims, persistentvolumes, storageclasses } = resources;

/**
 * Makes a volume for each claim of a class whose provisioner is `dormice.dev/simulated`, binds the two, grows them, and
 * lets the volume go with the claim. The volume is an object and nothing more.
 */
export const simulatedProvisioner: Controller = {
  name: 'persistentvolume-controller',
  watches: [
    watchItself(persistentvolumeclaims),
    {
      group: '',
      resource: 'persistentvolumes',
      keys: ({ object }) => {
        const { claimRef } = (object as Volume).spec;
        return claimRef?.name === undefined
          ? []
          : [{ namespace: claimRef.namespace ?? '', name: claimRef.name }];
      },
    },
    {
      group: '',
      resource: 'persistentvolumeclaims',
      // The end of a claim is told to its volume by name.
      keys: ({ type, object }) => {
        const name = (object as Claim).spec.volumeName;
        return type === 'DELETED' && name ? [{ namespace: '', name }] : [];
      },
    },
  ],
  async reconcile({ namespace, name }, context) {
    if (namespace === '') {
      await release(name, context);
      return undefined;
    }
    const claim = await find<Claim>(context.client, persistentvolumeclaims, namespace, name);
    if (!claim || claim.metadata.deletionTimestamp !== undefined) return undefined;
    const className = claim.spec.storageClassName;
    if (!className) return undefined;
    const storageClass = await find(context.client, storageclasses, '', className);
    if (storageClass?.['provisioner'] !== provisioner) return undefined;
    if (claim.spec.volumeName) {
      await finishBinding(claim, context);
      return undefined;
    }
    const waits = storageClass['volumeBindingMode'] === 'WaitForFirstConsumer';
    if (waits && claim.metadata.annotations?.[selectedNode] === undefined) return undefined;
    await provision(claim, String(storageClass['reclaimPolicy'] ?? 'Delete'), context);
    return undefined;
  },
};

async function provision(
  claim: Claim,
  reclaimPolicy: string,
  context: ReconcileContext,
): Promise<void> {
  const { client } = context;
  const { uid = '', name = '', namespace = '', resourceVersion } = claim.metadata;
  const volumeName = `pvc-${uid}`;
  const volume: Volume = {
    apiVersion: 'v1',
    kind: 'PersistentVolume',
    metadata: {
      name: volumeName,
      annotations: { 'pv.kubernetes.io/provisioned-by': provisioner },
    },
    spec: {
      accessModes: claim.spec.accessModes ?? [],
      capacity: { storage: claim.spec.resources?.requests?.['storage'] ?? '1Gi' },
      claimRef: {
        ...{ apiVersion: 'v1', kind: 'PersistentVolumeClaim', resourceVersion },
        namespace,
        name,
        uid,
      },
      persistentVolumeReclaimPolicy: reclaimPolicy,
      ...(claim.spec.storageClassName === undefined
        ? {}
        : { storageClassName: claim.spec.storageClassName }),
      volumeMode: claim.spec.volumeMode ?? 'Filesystem',
      ...{ csi: { driver, volumeHandle: volumeName } },
    },
  };
  try {
    await client.create(persistentvolumes, volume);
  } catch (error) {
    if (!isReason(error, 'AlreadyExists')) throw error;
  }
  const bound = await client.update<Claim>(persistentvolumeclaims, {
    ...claim,
    metadata: {
      ...claim.metadata,
      annotations: {
        ...claim.metadata.annotations,
        'pv.kubernetes.io/bind-completed': 'yes',
        'pv.kubernetes.io/bound-by-controller': 'yes',
        'volume.kubernetes.io/storage-provisioner': provisioner,
      },
    },
    spec: { ...claim.spec, volumeName },
  });
  await context.event(claim, {
    type: 'Normal',
    reason: 'ProvisioningSucceeded',
    message: `Successfully provisioned volume ${volumeName}`,
  });
  await finishBinding(bound, context);
}

/** Statuses of both, and a claim that asks for more gets it. */
async function finishBinding(claim: Claim, { client }: ReconcileContext): Promise<void> {
  const found = await find<Volume>(client, persistentvolumes, '', claim.spec.volumeName ?? '');
  if (!found || found.spec.claimRef?.uid !== claim.metadata.uid) {
    await writeStatus(client, persistentvolumeclaims, claim, { ...claim.status, phase: 'Lost' });
    return;
  }
  const asked = claim.spec.resources?.requests?.['storage'];
  const has = found.spec.capacity?.['storage'];
  const grows = asked !== undefined && has !== undefined && quantityCompare(asked, has) > 0;
  const volume = grows
    ? await client.update<Volume>(persistentvolumes, {
        ...found,
        spec: { ...found.spec, capacity: { ...found.spec.capacity, storage: asked } },
      })
    : found;
  await writeStatus(client, persistentvolumes, volume, { ...volume.status, phase: 'Bound' });
  await writeStatus(client, persistentvolumeclaims, claim, {
    ...claim.status,
    phase: 'Bound',
    accessModes: volume.spec.accessModes ?? [],
    capacity: { ...volume.spec.capacity },
  });
}

async function release(name: string, { client }: ReconcileContext): Promise<void> {
  const volume = await find<Volume>(client, persistentvolumes, '', name);
  const { claimRef } = volume?.spec ?? {};
  if (!volume || !claimRef) return;
  if (volume.metadata.annotations?.['pv.kubernetes.io/provisioned-by'] !== provisioner) return;
  const { namespace = '', name: claimName = '' } = claimRef;
  const claim = await find(client, persistentvolumeclaims, namespace, claimName);
  if (claim?.metadata.uid === claimRef.uid) return;
  const released = await writeStatus(client, persistentvolumes, volume, {
    ...volume.status,
    phase: 'Released',
  });
  if (released.spec.persistentVolumeReclaimPolicy === 'Delete') {
    await ignoreNotFound(client.delete(persistentvolumes, name));
  }
}
