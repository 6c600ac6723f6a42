import type { KubeObject, ObjectMeta, OwnerReference } from '@dormice/apimachinery';
import { annotations, isFree, labels, managedBy, namespaceValue } from './labels.ts';
import type { TranslateContext } from './translator.ts';

/** Set by kubectl for its own use; large, and nobody's business on the host. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The annotations of a virtual object that its host object carries too. */
export function freeAnnotations(object: KubeObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object.metadata.annotations ?? {}).filter(
      ([key]) => isFree(key) && key !== lastApplied,
    ),
  );
}

export function freeLabels(object: KubeObject): Record<string, string> {
  return Object.fromEntries(
    Object.entries(object.metadata.labels ?? {}).filter(([key]) => isFree(key)),
  );
}

/** Labels by which Dormice knows its own. */
export function identityLabels(clusterUid: string, namespace: string): Record<string, string> {
  return {
    [labels.cluster]: clusterUid,
    [labels.managedBy]: managedBy,
    [labels.namespace]: namespaceValue(namespace),
  };
}

export function identityAnnotations(object: KubeObject): Record<string, string> {
  return {
    [annotations.name]: object.metadata.name ?? '',
    [annotations.namespace]: object.metadata.namespace ?? '',
    [annotations.uid]: object.metadata.uid ?? '',
    [annotations.kind]: object.kind,
  };
}

/** Metadata of the host object of a virtual one: a new object with the same labels and annotations, and a name tag. */
export function hostMetadata(
  object: KubeObject,
  { cluster, hostName, owner }: TranslateContext,
  owners: OwnerReference[] = [owner],
): ObjectMeta {
  const { name = '', namespace = '' } = object.metadata;
  return {
    name: hostName(namespace, name),
    namespace: cluster.namespace,
    labels: { ...freeLabels(object), ...identityLabels(cluster.uid, namespace) },
    annotations: { ...freeAnnotations(object), ...identityAnnotations(object) },
    ownerReferences: owners,
  };
}
