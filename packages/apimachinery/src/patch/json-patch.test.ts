import { describe, expect, it } from 'vitest';
import type { Json } from '../object.ts';
import { StatusError } from '../status-error.ts';
import { applyJsonPatch, maxJsonPatchOperations } from './json-patch.ts';

const document = { spec: { replicas: 0, list: ['a', 'b'], 'a/b~c': 1 } };

function failure(patch: Json): { code: number; reason: string; message: string } {
  try {
    applyJsonPatch(document, patch);
  } catch (error) {
    if (error instanceof StatusError) {
      return { code: error.code, reason: error.reason, message: error.message };
    }
  }
  throw new Error('the patch was accepted');
}

describe('applyJsonPatch', () => {
  it.each<[string, Json, Json]>([
    ['adds a field', { op: 'add', path: '/x', value: 1 }, { ...document, x: 1 }],
    [
      'inserts into a list',
      { op: 'add', path: '/spec/list/1', value: 'n' },
      { spec: { ...document.spec, list: ['a', 'n', 'b'] } },
    ],
    [
      'appends to a list with -',
      { op: 'add', path: '/spec/list/-', value: 'n' },
      { spec: { ...document.spec, list: ['a', 'b', 'n'] } },
    ],
    [
      'appends with index -1, as upstream',
      { op: 'add', path: '/spec/list/-1', value: 'n' },
      { spec: { ...document.spec, list: ['a', 'b', 'n'] } },
    ],
    [
      'removes the last element with index -1, as upstream',
      { op: 'remove', path: '/spec/list/-1' },
      { spec: { ...document.spec, list: ['a'] } },
    ],
    [
      'replaces a field that is not there, as upstream',
      { op: 'replace', path: '/spec/n', value: 1 },
      { spec: { ...document.spec, n: 1 } },
    ],
    [
      'finds names with escapes',
      { op: 'replace', path: '/spec/a~1b~0c', value: 2 },
      { spec: { ...document.spec, 'a/b~c': 2 } },
    ],
    [
      'adds null without a value, as upstream',
      { op: 'add', path: '/spec/replicas' },
      { spec: { ...document.spec, replicas: null } },
    ],
    ['holds a missing field for null', { op: 'test', path: '/nope', value: null }, document],
    [
      'moves',
      { op: 'move', from: '/spec/replicas', path: '/n' },
      { spec: { list: ['a', 'b'], 'a/b~c': 1 }, n: 0 },
    ],
    ['copies', { op: 'copy', from: '/spec/list', path: '/n' }, { ...document, n: ['a', 'b'] }],
  ])('%s', (_, operation, expected) => {
    expect(applyJsonPatch(document, [operation])).toEqual(expected);
  });

  it('leaves the document as it was', () => {
    const before = structuredClone(document);
    applyJsonPatch(document, [{ op: 'remove', path: '/spec/list/0' }]);
    expect(document).toEqual(before);
  });

  it.each<[Json]>([
    [{ op: 'test', path: '/spec/replicas', value: 3 }],
    [{ op: 'remove', path: '/spec/nope' }],
    [{ op: 'frob', path: '/spec' }],
    [{ op: 'add', path: '/spec/list/7', value: 1 }],
    [{ op: 'add', path: '/nope/x', value: 1 }],
    [{ op: 'add' }],
    [{ op: 'add', path: 'spec', value: 1 }],
    [{ op: 'remove', path: '' }],
    [{ op: 'copy', path: '/x' }],
    [{ op: 'move', path: '/x', from: '/nope' }],
    [{ op: 'remove', path: '/spec/list/x' }],
    [{ op: 'replace', path: '/spec/list/9', value: 1 }],
    [{ op: 'add', path: '/__proto__/polluted', value: 1 }],
    [{ op: 'add', path: '/__proto__', value: { polluted: 1 } }],
  ])('refuses %j with 422', (operation) => {
    expect(failure([operation])).toEqual({
      code: 422,
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
    });
  });

  it.each<[Json, string]>([
    [{ op: 'x' }, 'object into Go value of type []handlers.jsonPatchOp'],
    [[1], 'number into Go value of type handlers.jsonPatchOp'],
    [[{ op: 'remove', path: 3 }], 'number into Go struct field jsonPatchOp.path of type string'],
  ])('refuses %j with 400', (patch, what) => {
    expect(failure(patch)).toEqual({
      code: 400,
      reason: 'BadRequest',
      message: `error decoding patch: json: cannot unmarshal ${what}`,
    });
  });

  it('refuses more operations than upstream', () => {
    const patch = Array(maxJsonPatchOperations + 1).fill({ op: 'test', path: '/nope' });
    expect(failure(patch).code).toBe(413);
  });

  it('refuses copies that double without end', () => {
    const patch = [
      { op: 'add', path: '/x', value: ['x'.repeat(1000)] },
      ...Array(30).fill({ op: 'copy', from: '/x', path: '/x/-' }),
    ];
    expect(failure(patch).code).toBe(422);
  });
});
