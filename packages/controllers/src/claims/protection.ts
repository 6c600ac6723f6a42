import type { KubeObject } from '@dormice/apimachinery';
import { type Client, type ObjectChange, type Resource, resources } from '@dormice/client';
import { watchItself } from '../common/keys.ts';
import { isFinished, type Pod } from '../common/pod.ts';
import { find, ignoreNotFound, readAll } from '../common/read.ts';
import type { Controller, ReconcileKey } from '../controller.ts';
import type { Volume } from './claim.ts';

const { persistentvolumeclaims, persistentvolumes, pods } = resources;

/** Puts the finalizer on what lives, and takes it from what is being deleted and no longer used. */
async function protect(
  client: Client,
  resource: Resource,
  object: KubeObject,
  finalizer: string,
  isUsed: () => Promise<boolean>,
): Promise<void> {
  const { name = '', namespace, uid, resourceVersion, deletionTimestamp } = object.metadata;
  const present = object.metadata.finalizers ?? [];
  const protectedAlready = present.includes(finalizer);
  const ending = deletionTimestamp !== undefined;
  if (protectedAlready === !ending) return;
  if (ending && (!protectedAlready || (await isUsed()))) return;
  const finalizers = ending ? present.filter((one) => one !== finalizer) : [...present, finalizer];
  await ignoreNotFound(
    client.patch(
      resource,
      name,
      { metadata: { uid, resourceVersion, finalizers } },
      { type: 'merge', ...(namespace === undefined ? {} : { namespace }) },
    ),
  );
}

const claimsOf = ({ namespace, object }: ObjectChange): ReconcileKey[] =>
  ((object as Pod).spec.volumes ?? []).flatMap(({ persistentVolumeClaim }) =>
    persistentVolumeClaim ? [{ namespace, name: persistentVolumeClaim.claimName }] : [],
  );

/** A claim that a pod uses stays until the pod is done. */
export const pvcProtection: Controller = {
  name: 'pvc-protection-controller',
  watches: [
    watchItself(persistentvolumeclaims),
    {
      group: '',
      resource: 'pods',
      keys: (change) =>
        change.type === 'DELETED' || isFinished(change.object as Pod) ? claimsOf(change) : [],
    },
  ],
  async reconcile({ namespace, name }, { client }) {
    const claim = await find(client, persistentvolumeclaims, namespace, name);
    if (!claim) return undefined;
    await protect(client, persistentvolumeclaims, claim, 'kubernetes.io/pvc-protection', async () =>
      (await readAll<Pod>(client, pods, { namespace })).some(
        (pod) =>
          !isFinished(pod) &&
          pod.spec.volumes?.some(({ persistentVolumeClaim: use }) => use?.claimName === name),
      ),
    );
    return undefined;
  },
};

/** A volume that is bound stays until its claim is gone. */
export const pvProtection: Controller = {
  name: 'pv-protection-controller',
  watches: [watchItself(persistentvolumes)],
  async reconcile({ name }, { client }) {
    const volume = await find<Volume>(client, persistentvolumes, '', name);
    if (!volume) return undefined;
    const bound = volume.status?.phase === 'Bound';
    await protect(client, persistentvolumes, volume, 'kubernetes.io/pv-protection', () =>
      Promise.resolve(bound),
    );
    return undefined;
  },
};
