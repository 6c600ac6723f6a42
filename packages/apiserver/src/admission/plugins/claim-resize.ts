import { isReason, type KubeObject, parseQuantity } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import type { AdmissionPlugin } from '../../api-server.ts';
import { forbid } from './forbid.ts';

const sizeOf = (claim: KubeObject) =>
  parseQuantity(String(claim['spec']?.resources?.requests?.storage ?? '0'));

const classOf = ({ metadata, spec }: KubeObject): string =>
  metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] ?? spec?.storageClassName ?? '';

/** Only bound claims grow, and only where their class says that its volumes can. */
export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: 'PersistentVolumeClaimResize',
  async validate(attributes, client) {
    const { group, resource, subresource, operation, object, oldObject } = attributes;
    if (group !== '' || resource !== 'persistentvolumeclaims' || subresource !== '') return;
    if (operation !== 'UPDATE' || !object || !oldObject) return;
    if (sizeOf(object).compare(sizeOf(oldObject)) <= 0) return;
    if (oldObject['status']?.phase !== 'Bound') {
      throw forbid(attributes, 'Only bound persistent volume claims can be expanded');
    }
    const name = classOf(object);
    if (name !== classOf(oldObject) || !(await mayExpand(client, name))) {
      throw forbid(
        attributes,
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      );
    }
  },
};

async function mayExpand(client: Client, name: string): Promise<boolean> {
  if (name === '') return false;
  try {
    return (await client.get(resources.storageclasses, name))['allowVolumeExpansion'] === true;
  } catch (error) {
    if (isReason(error, 'NotFound')) return false;
    throw error;
  }
}
