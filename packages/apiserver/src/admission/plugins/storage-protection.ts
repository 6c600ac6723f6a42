import type { AdmissionPlugin } from '../../api-server.ts';

const finalizers: Record<string, string> = {
  '/persistentvolumeclaims': 'kubernetes.io/pvc-protection',
  '/persistentvolumes': 'kubernetes.io/pv-protection',
};

/** Claims and volumes that are in use are not taken away under a pod: a finalizer holds them. */
export const storageProtection: AdmissionPlugin = {
  name: 'StorageObjectInUseProtection',
  admit({ group, resource, subresource, operation, object }) {
    const finalizer = finalizers[`${group}/${resource}`];
    if (finalizer === undefined || subresource !== '') return;
    if (operation !== 'CREATE' || !object) return;
    const present = object.metadata.finalizers ?? [];
    if (!present.includes(finalizer)) object.metadata.finalizers = [...present, finalizer];
  },
};
