import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../object.ts';
import { applyMergePatch } from './merge-patch.ts';

describe('applyMergePatch', () => {
  it.each<[JsonObject, Json, JsonObject]>([
    [{ a: { b: 1, c: 2 } }, { a: { b: null, d: 3 } }, { a: { c: 2, d: 3 } }],
    [{ a: [1, 2] }, { a: [3] }, { a: [3] }],
    [{ a: 'b' }, { a: { b: { c: null } } }, { a: { b: {} } }],
    [{ a: { b: 1 } }, { a: 'c' }, { a: 'c' }],
    [{ a: [{ b: 1 }] }, { a: [{ b: null }] }, { a: [{ b: null }] }],
    [{}, {}, {}],
  ])('%j with %j gives %j', (document, patch, expected) => {
    const before = structuredClone(document);
    expect(applyMergePatch(document, patch)).toEqual(expected);
    expect(document).toEqual(before);
  });

  it.each<[Json, string]>([
    [null, 'Invalid JSON Patch'],
    [
      [1],
      'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    ],
    [
      3,
      'error decoding patch: json: cannot unmarshal number into Go value of type map[string]interface {}',
    ],
  ])('refuses %j', (patch, message) => {
    expect(() => applyMergePatch({}, patch)).toThrow(message);
  });
});
