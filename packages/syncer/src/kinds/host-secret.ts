import type { KubeObject } from '@dormice/apimachinery';
import { annotations, labels, managedBy, reservedPrefix } from '../labels.ts';

/** Types that hold credentials of the host or of its tools. */
const excludedTypes = new Set([
  'helm.sh/release.v1',
  'kubernetes.io/service-account-token',
  'bootstrap.kubernetes.io/token',
]);

/** Host namespaces whose Secrets no mapping can reach. */
const excludedNamespaces = new Set(['dormice-system', 'kube-system']);

/**
 * May a tenant see this Secret of the host? Never one that Dormice made or marked (control-plane keys, kubeconfigs,
 * copies of tenants' Secrets), never credentials of the host itself.
 */
export function isShareable(host: KubeObject): boolean {
  const {
    namespace = '',
    labels: found = {},
    annotations: notes = {},
    ownerReferences,
  } = host.metadata;
  const marked = [...Object.keys(found), ...Object.keys(notes)].some((key) =>
    key.startsWith(reservedPrefix),
  );
  const owned = (ownerReferences ?? []).some(({ apiVersion }) =>
    apiVersion.startsWith(reservedPrefix),
  );
  const type = String(host.type ?? 'Opaque');
  return (
    !marked &&
    !owned &&
    !excludedTypes.has(type) &&
    !type.startsWith(reservedPrefix) &&
    !excludedNamespaces.has(namespace)
  );
}

/** The tenant's copy: type and data as on the host, labels too, so that it can be selected. */
export function mirrorSecret(
  host: KubeObject,
  target: { namespace: string; name: string },
): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...target,
      labels: { ...host.metadata.labels, [labels.managedBy]: managedBy },
      annotations: {
        [annotations.fromHost]: `${host.metadata.namespace}/${host.metadata.name}`,
      },
    },
    type: host.type ?? 'Opaque',
    ...(host.data === undefined ? {} : { data: host.data }),
    ...(host.immutable === undefined ? {} : { immutable: host.immutable }),
  };
}
