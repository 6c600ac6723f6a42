import { createHash } from 'node:crypto';
import { isValidLabelValue, type KubeObject } from '@dormice/apimachinery';

/** Label keys on everything that Dormice puts on the host. */
export const labels = {
  cluster: 'dormice.dev/cluster',
  managedBy: 'dormice.dev/managed-by',
  namespace: 'dormice.dev/namespace',
  /** On claims that outlive API state; the only reserved label that is copied to the host. */
  volume: 'dormice.dev/volume',
  /** On the two Services by which pods reach Dormice itself. */
  infrastructure: 'dormice.dev/infrastructure',
} as const;

/** Annotation keys on the same objects: who the object is in its virtual cluster. */
export const annotations = {
  name: 'dormice.dev/name',
  namespace: 'dormice.dev/namespace',
  uid: 'dormice.dev/uid',
  kind: 'dormice.dev/kind',
  /** Fingerprint of what was applied last, so that nothing is written twice. */
  applied: 'dormice.dev/applied',
  /** Feed the downward API. */
  labels: 'dormice.dev/labels',
  annotations: 'dormice.dev/annotations',
  serviceAccount: 'dormice.dev/service-account',
  /** Keys of the annotations that came from the virtual object, so that removals are noticed. */
  annotationKeys: 'dormice.dev/annotation-keys',
  /** When the tokens of a pod are to be renewed, RFC 3339. */
  renewAt: 'dormice.dev/renew-at',
  /** On virtual objects: the host object that they mirror. */
  fromHost: 'dormice.dev/from-host',
} as const;

export const managedBy = 'dormice';
/** What all shared host watches select. */
export const managedSelector = `${labels.managedBy}=${managedBy}`;
/** Label and annotation keys below it are Dormice's own and never a tenant's. */
export const reservedPrefix = 'dormice.dev/';
/** Prefix of the labels by which host pods carry the labels of their virtual namespace. */
export const namespaceLabelPrefix = 'ns.dormice.dev/';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A virtual namespace as label value. */
export function namespaceValue(namespace: string): string {
  return isValidLabelValue(namespace).length === 0 ? namespace : sha256(namespace).slice(0, 32);
}

/** The host pods' label for a label key of their virtual namespace. */
export function namespaceLabelKey(key: string): string {
  return `${namespaceLabelPrefix}${sha256(key).slice(0, 16)}`;
}

/** Fingerprint of a plain object. */
export function fingerprint(value: unknown): string {
  return sha256(JSON.stringify(value)).slice(0, 16);
}

/** Is the key one that a tenant may choose on the host? */
export function isFree(key: string): boolean {
  return !key.startsWith(reservedPrefix) && !key.startsWith(namespaceLabelPrefix);
}

/** Does the host object belong to this virtual cluster? Nothing else is ever touched. */
export function belongsTo(object: KubeObject, uid: string): boolean {
  const found = object.metadata.labels;
  return found?.[labels.cluster] === uid && found[labels.managedBy] === managedBy;
}

/** Whom a host object stands for, by its own account. */
export interface HostIdentity {
  cluster: string;
  namespace: string;
  name: string;
  uid: string;
  kind: string;
}

export function identityOf(object: KubeObject): HostIdentity | undefined {
  const said = object.metadata.annotations ?? {};
  const cluster = object.metadata.labels?.[labels.cluster];
  const name = said[annotations.name];
  const namespace = said[annotations.namespace];
  if (cluster === undefined || name === undefined || namespace === undefined) return undefined;
  return {
    cluster,
    name,
    namespace,
    uid: said[annotations.uid] ?? '',
    kind: said[annotations.kind] ?? '',
  };
}
