import { expect, it } from 'vitest';
import type { Schema } from '../schema.ts';
import { FieldSet } from './field-set.ts';
import { withAtomicParents, withNamedFields } from './set-schema.ts';

const object = (mapType: 'atomic' | 'granular'): Schema => ({
  type: 'object',
  fields: { o: { type: 'object', mapType, fields: { x: { type: 'string' } } } },
});
const set = FieldSet.of(['f:o', 'f:x'], ['f:gone', 'f:y']);

it('who owned a part of what became atomic owns all of it', () => {
  expect(withAtomicParents(set, object('atomic')).paths()).toEqual([['f:o'], ['f:gone', 'f:y']]);
});

it('a schema that did not change leaves the set as it is', () => {
  expect(withAtomicParents(set, object('granular'))).toBe(set);
});

it('declared fields with longer paths become members, keys of free maps do not', () => {
  expect(withNamedFields(set, object('granular')).paths()).toEqual([
    ['f:o'],
    ['f:gone', 'f:y'],
    ['f:o', 'f:x'],
  ]);
});
