import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FieldSet } from './field-set.ts';
import { formatFieldsV1, parseFieldsV1 } from './fields-v1.ts';
import { displayPath } from './path-element.ts';

const element = fc.oneof(
  fc.constantFrom('f:a', 'f:b', 'f:c.d/e'),
  fc.constantFrom('k:{"name":"x"}', 'k:{"containerPort":80,"protocol":"TCP"}'),
  fc.constantFrom('v:"x"', 'v:1', 'i:0'),
);
const path = fc.array(element, { minLength: 1, maxLength: 4 });
const fieldSet = fc.array(path, { maxLength: 8 }).map((paths) => FieldSet.of(...paths));
const texts = (set: FieldSet) => new Set(set.paths().map((each) => each.join(' ')));

describe('FieldSet', () => {
  it('survives fieldsV1', () => {
    fc.assert(
      fc.property(fieldSet, (set) => {
        expect(parseFieldsV1(JSON.parse(JSON.stringify(formatFieldsV1(set)))).equals(set)).toBe(
          true,
        );
      }),
    );
  });

  it('unites, intersects and subtracts as sets of paths do', () => {
    fc.assert(
      fc.property(fieldSet, fieldSet, (a, b) => {
        const left = texts(a);
        const right = texts(b);
        expect(texts(a.union(b))).toEqual(new Set([...left, ...right]));
        expect(texts(a.intersection(b))).toEqual(new Set([...left].filter((p) => right.has(p))));
        expect(texts(a.difference(b))).toEqual(new Set([...left].filter((p) => !right.has(p))));
        const below = (p: string) => [...right].some((q) => p === q || p.startsWith(`${q} `));
        expect(texts(a.recursiveDifference(b))).toEqual(
          new Set([...left].filter((p) => !below(p))),
        );
        expect(a.union(b).equals(b.union(a))).toBe(true);
      }),
    );
  });

  it('is empty when nothing is left', () => {
    fc.assert(
      fc.property(fieldSet, (set) => {
        expect(set.difference(set).isEmpty).toBe(true);
        expect(set.intersection(new FieldSet()).isEmpty).toBe(true);
      }),
    );
  });
});

describe('fieldsV1', () => {
  it('is written in upstream order: fields, keys, values; numbers by size', () => {
    const set = FieldSet.of(
      ['f:spec', 'v:10'],
      ['f:spec', 'v:9'],
      ['f:spec', 'k:{"port":443}'],
      ['f:spec', 'k:{"port":80}'],
      ['f:spec', 'f:z'],
      ['f:spec'],
      ['f:apiVersion'],
    );
    expect(JSON.stringify(formatFieldsV1(set))).toBe(
      '{"f:apiVersion":{},"f:spec":{".":{},"f:z":{},"k:{\\"port\\":80}":{},"k:{\\"port\\":443}":{},"v:9":{},"v:10":{}}}',
    );
  });

  it('takes keys in any order and spacing', () => {
    const set = parseFieldsV1({ 'f:l': { 'k:{"b": 1, "a": "x"}': {} } });
    expect(set.has(['f:l', 'k:{"a":"x","b":1}'])).toBe(true);
  });

  it.each<[unknown, string]>([
    [[], 'fieldsV1 must be an object'],
    [{ 'f:a': 1 }, 'the value of f:a must be an object'],
    [{ x: {} }, '"x" is no path element'],
    [{ 'k:{': {} }, 'JSON'],
    [{ 'k:1': {} }, 'no object'],
    [{ 'i:x': {} }, 'no path element'],
  ])('refuses %j', (fields, message) => {
    expect(() => parseFieldsV1(fields)).toThrow(message);
  });
});

it('paths are shown as upstream shows them', () => {
  expect(displayPath(['f:spec', 'k:{"name":"a","port":80}', 'f:x.y/z', 'v:"q"', 'i:3'])).toBe(
    '.spec[name="a",port=80].x.y/z[="q"][3]',
  );
});
