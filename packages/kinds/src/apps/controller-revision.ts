import type { KubeObject } from '@dormice/apimachinery';
import { deepEqual, fieldErrors, isPlainObject, parseApiVersion } from '@dormice/apimachinery';
import { none } from '../columns.ts';
import { kind } from '../kind-module.ts';

function controller(revision: KubeObject): string {
  const owner = revision.metadata.ownerReferences?.find((reference) => reference.controller);
  if (!owner) return none;
  const { group } = parseApiVersion(owner.apiVersion);
  const name = owner.kind.toLowerCase();
  return `${group === '' ? name : `${name}.${group}`}/${owner.name}`;
}

export const controllerRevision = kind({
  group: 'apps',
  resource: 'controllerrevisions',
  cells: { Controller: controller, Revision: (object) => object['revision'] ?? 0 },
  validate: (object) => [
    ...(object['revision'] < 0
      ? [fieldErrors.invalid('revision', object['revision'], 'must be greater than or equal to 0')]
      : []),
    ...(object['data'] === undefined || object['data'] === null
      ? [fieldErrors.required('data', 'data is mandatory')]
      : isPlainObject(object['data'])
        ? []
        : [fieldErrors.required('data', 'data must be a valid JSON object')]),
  ],
  validateUpdate: (next, old) =>
    deepEqual(next['data'], old['data'])
      ? []
      : [fieldErrors.invalid('data', next['data'], 'field is immutable')],
});
