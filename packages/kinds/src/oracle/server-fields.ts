import type { KubeObject } from '@dormice/apimachinery';
import type { Loose } from '../loose.ts';

/** What the registry sets on every object. */
const metadataFields = [
  'uid',
  'creationTimestamp',
  'managedFields',
  'generation',
  'namespace',
  'finalizers',
];

/** What admission plugins and allocators add, by kind. */
const specFields: Readonly<Record<string, readonly string[]>> = {
  Pod: ['tolerations', 'serviceAccount', 'serviceAccountName', 'priority', 'preemptionPolicy'],
  Service: ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'],
};

/** Replaces the UID wherever it is written. */
function hideUid(value: Loose, uid: string): Loose {
  return JSON.parse(JSON.stringify(value).replaceAll(uid, 'UID'));
}

/** An object as it leaves defaulting and the create strategy, without what other parts of a server set. */
export function withoutServerFields(object: KubeObject): KubeObject {
  const { uid } = object.metadata;
  const result: KubeObject = uid === undefined ? structuredClone(object) : hideUid(object, uid);
  for (const field of metadataFields) delete (result.metadata as Loose)[field];
  for (const field of specFields[object.kind] ?? []) delete result['spec']?.[field];
  if (object.kind === 'Service')
    for (const port of result['spec']?.ports ?? []) delete port.nodePort;
  delete result['status']?.lastPhaseTransitionTime;
  for (const condition of result['status']?.conditions ?? []) delete condition.lastTransitionTime;
  return result;
}
