import { deepEqual, type KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { absent } from '../host-writer.ts';
import { mirrorNode, withoutHeartbeats } from '../kinds/node.ts';
import { mirrorVolume } from '../kinds/persistent-volume.ts';
import { mirrorStorageClass } from '../kinds/storage-class.ts';
import { identityOf } from '../labels.ts';
import type { Engine, Session, Sync } from '../session.ts';
import { mirror, unmirror } from './mirror.ts';
import { updateStatus } from './update-status.ts';

const classFields = [
  'provisioner',
  'reclaimPolicy',
  'volumeBindingMode',
  'allowVolumeExpansion',
  'parameters',
] as const;

/** A StorageClass of the host, under its own name. */
export const syncStorageClass: Sync = async (engine, session, { name }) => {
  const host = engine.cache.getCommon('storageclasses', name);
  const resource = resources.storageclasses;
  if (!host || !session.config.fromHost.storageClasses.enabled) {
    const known = await session.client.get(resource, name).catch(absent);
    if (known) await unmirror(session.client, resource, known);
    return undefined;
  }
  const result = await mirror(session.client, resource, mirrorStorageClass(host), {
    fields: classFields,
    replace: () => true,
  });
  if (result === 'taken') {
    engine.log('info', 'a StorageClass of the host is hidden by one that the tenant made', {
      cluster: session.uid,
      name,
    });
  }
  return undefined;
};

/** A virtual Node for each host node that has a pod of the cluster, no others. */
export const syncNode: Sync = async (engine, session, { name }) => {
  const host = engine.cache.getCommon('nodes', name);
  const resource = resources.nodes;
  if (!host || !isInUse(engine, session, name)) {
    session.nodes.delete(name);
    const known = await session.client.get(resource, name).catch(absent);
    if (known) await unmirror(session.client, resource, known);
    return undefined;
  }
  const wanted = mirrorNode(host);
  const { status, ...rest } = wanted;
  const current = await mirror(session.client, resource, rest as KubeObject, { fields: ['spec'] });
  session.nodes.add(name);
  if (current === 'taken') return undefined;
  const same = deepEqual(withoutHeartbeats(current.status), withoutHeartbeats(status));
  if (!same) await updateStatus(session.client, resource, current, () => status);
  return undefined;
};

function isInUse(engine: Engine, session: Session, node: string): boolean {
  for (const pod of engine.cache.of(session.uid, 'pods')) {
    if (pod.spec?.nodeName === node) return true;
  }
  return false;
}

/** The host volume of a claim of the cluster, under its own name, bound to the virtual claim. */
export const syncVolume: Sync = async (engine, session, { name }) => {
  const resource = resources.persistentvolumes;
  const claim = await claimOf(engine, session, name);
  const host = engine.cache.getCommon('persistentvolumes', name);
  if (!host || !claim) {
    const known = await session.client.get(resource, name).catch(absent);
    if (known) await unmirror(session.client, resource, known);
    return undefined;
  }
  const { status, ...wanted } = mirrorVolume(host, claim);
  const current = await mirror(session.client, resource, wanted as KubeObject, {
    fields: ['spec'],
  });
  if (current !== 'taken') {
    await updateStatus(session.client, resource, current, () => ({ ...current.status, ...status }));
  }
  return undefined;
};

/** The virtual claim that a host volume is bound to, if it is one of this cluster. */
async function claimOf(
  engine: Engine,
  session: Session,
  volume: string,
): Promise<KubeObject | undefined> {
  const reference = engine.cache.getCommon('persistentvolumes', volume)?.spec?.claimRef;
  if (reference?.namespace !== session.place.namespace) return undefined;
  const host = engine.cache.get('persistentvolumeclaims', reference.namespace, reference.name);
  const identity = host && identityOf(host);
  if (identity?.cluster !== session.uid) return undefined;
  return session.client
    .get(resources.persistentvolumeclaims, identity.name, { namespace: identity.namespace })
    .catch(absent);
}
