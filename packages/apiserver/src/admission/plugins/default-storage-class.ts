import { resources } from '@dormice/client';
import type { AdmissionPlugin } from '../../api-server.ts';
import { defaultClass } from './default-class.ts';

const annotations = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
];

/** A claim that names no class gets the default one. */
export const defaultStorageClass: AdmissionPlugin = {
  name: 'DefaultStorageClass',
  async admit({ group, resource, subresource, operation, object }, client) {
    if (group !== '' || resource !== 'persistentvolumeclaims' || subresource !== '') return;
    if (operation !== 'CREATE' || !object || object['spec']?.storageClassName !== undefined) return;
    if (object.metadata.annotations?.['volume.beta.kubernetes.io/storage-class'] !== undefined)
      return;
    const { items } = await client.list(resources.storageclasses);
    const chosen = defaultClass(items, annotations);
    if (chosen) object['spec'] = { ...object['spec'], storageClassName: chosen };
  },
};
