import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepClone, deepEqual } from './json-clone.ts';

describe('deepClone', () => {
  it('gives an equal value that shares nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = deepClone(value);
        expect(copy).toEqual(value);
        expect(deepEqual(copy, value)).toBe(true);
        if (typeof value === 'object' && value !== null) expect(copy).not.toBe(value);
      }),
    );
  });

  it('copies a field called __proto__ as a field', () => {
    const copy = deepClone(JSON.parse('{"__proto__":{"a":1}}') as object);
    expect(JSON.stringify(copy)).toBe('{"__proto__":{"a":1}}');
    expect(copy).not.toHaveProperty('a');
  });
});

describe('deepEqual', () => {
  it.each<readonly [unknown, unknown]>([
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [{ a: undefined }, {}],
    [
      [1, [2]],
      [1, [2]],
    ],
  ])('%j is %j', (a, b) => {
    expect(deepEqual(a, b)).toBe(true);
    expect(deepEqual(b, a)).toBe(true);
  });

  it.each<readonly [unknown, unknown]>([
    [{ a: null }, {}],
    [[], {}],
    [[1], [1, 2]],
    [{ a: 1 }, { a: '1' }],
    [{}, { constructor: 1 }],
    [null, {}],
  ])('%j is not %j', (a, b) => {
    expect(deepEqual(a, b)).toBe(false);
    expect(deepEqual(b, a)).toBe(false);
  });
});
