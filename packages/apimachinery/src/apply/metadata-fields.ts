import type { JsonObject, KubeObject } from '../object.ts';
import { FieldSet } from './field-set.ts';

/** What no manager ever owns: identity, and what the server alone writes. */
export const ownerlessFields = FieldSet.of(
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => ['f:metadata', `f:${name}`]),
);

/** The object without its `managedFields`: they describe the object and are no part of what is compared. */
export function withoutManagedFields(object: KubeObject): JsonObject {
  const { managedFields: _, ...metadata } = object.metadata ?? {};
  return { ...object, metadata: metadata as JsonObject };
}

/** Field paths such as `['spec', 'replicas']`, as the set that `resetFields` means: they and all below. */
export function resetSet(paths: readonly (readonly string[])[]): FieldSet {
  return FieldSet.of(...paths.map((path) => path.map((name) => `f:${name}`)));
}
