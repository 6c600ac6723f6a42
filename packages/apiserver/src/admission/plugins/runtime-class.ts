import { deepEqual, errors, isReason } from '@dormice/apimachinery';
import type { AdmissionPlugin } from '../../api-server.ts';

const runtimeClasses = {
  group: 'node.k8s.io',
  version: 'v1',
  resource: 'runtimeclasses',
  kind: 'RuntimeClass',
  namespaced: false,
} as const;

const pods = { group: '', resource: 'pods' };

/** A pod's runtime class must exist, and says what the pod takes besides its containers and where it may run. */
export const runtimeClass: AdmissionPlugin = {
  name: 'RuntimeClass',
  async admit({ group, resource, subresource, operation, object }, client) {
    if (group !== '' || resource !== 'pods' || subresource !== '' || !object) return;
    const name: string | undefined = object['spec']?.runtimeClassName;
    if (operation !== 'CREATE' || name === undefined) return;
    const pod = object.metadata.name ?? '';
    const found = await client.get(runtimeClasses, name).catch((error: unknown) => {
      if (!isReason(error, 'NotFound')) throw error;
      throw errors.forbidden(
        pods,
        pod,
        `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`,
      );
    });
    const { spec } = object;
    const overhead: unknown = found['overhead']?.podFixed;
    if (overhead !== undefined) {
      if (spec.overhead !== undefined && !deepEqual(spec.overhead, overhead)) {
        throw errors.forbidden(
          pods,
          pod,
          "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
        );
      }
      spec.overhead = overhead;
    }
    for (const [key, value] of Object.entries(found['scheduling']?.nodeSelector ?? {})) {
      const own: unknown = spec.nodeSelector?.[key];
      if (own !== undefined && own !== value) {
        throw errors.forbidden(
          pods,
          pod,
          `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${String(value)}; pod.spec.nodeSelector[${key}] = ${String(own)}`,
        );
      }
      spec.nodeSelector = { ...spec.nodeSelector, [key]: value };
    }
    const tolerations: unknown[] = found['scheduling']?.tolerations ?? [];
    if (tolerations.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...tolerations];
  },
};
