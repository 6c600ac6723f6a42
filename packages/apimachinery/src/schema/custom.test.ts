import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deepClone } from '../json-clone.ts';
import type { Schema } from '../schema.ts';
import { applySchemaDefaults, dropNulls, prune } from './custom.ts';

const schema: Schema = {
  type: 'object',
  fields: {
    spec: {
      type: 'object',
      fields: {
        a: { type: 'string', default: 'A' },
        nul: { type: 'string', nullable: true },
        list: {
          type: 'array',
          items: { type: 'object', fields: { n: { type: 'integer', default: 1 } } },
        },
        map: { type: 'object', values: { type: 'object', fields: { b: { type: 'string' } } } },
        empty: { type: 'object', default: {}, fields: { d: { type: 'integer', default: 3 } } },
        any: { type: 'object', preserveUnknown: true },
        part: { type: 'object', preserveUnknown: true, fields: { x: { type: 'object' } } },
        embedded: { type: 'object', embedded: true, fields: { spec: { type: 'object' } } },
      },
    },
  },
};

describe('prune', () => {
  it('removes what the schema does not know, and tells it sorted', () => {
    const value = {
      apiVersion: 'a/v1',
      kind: 'K',
      metadata: { name: 'x', anything: 1 },
      spec: { zip: 1, a: 'x', list: [{ n: 1, q: 2 }], map: { k: { b: '', c: '' } } },
      foo: 1,
    };
    expect(prune(schema, value)).toEqual(['foo', 'spec.list[0].q', 'spec.map.k.c', 'spec.zip']);
    expect(value).toEqual({
      apiVersion: 'a/v1',
      kind: 'K',
      metadata: { name: 'x', anything: 1 },
      spec: { a: 'x', list: [{ n: 1 }], map: { k: { b: '' } } },
    });
  });

  it('keeps everything below a field that preserves, but prunes the parts it describes', () => {
    const value = { spec: { any: { q: [{ r: null }] }, part: { y: [{ z: 1 }], x: { w: 1 } } } };
    expect(prune(schema, value)).toEqual(['spec.part.x.w']);
    expect(value.spec.any).toEqual({ q: [{ r: null }] });
    expect(value.spec.part).toEqual({ y: [{ z: 1 }], x: {} });
  });

  it('keeps the envelope of embedded objects', () => {
    const embedded = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x' }, q: 1 };
    expect(prune(schema, { spec: { embedded } })).toEqual(['spec.embedded.q']);
    expect(embedded.metadata).toEqual({ name: 'x' });
  });

  it('does not take JavaScript’s own properties for fields', () => {
    expect(prune(schema, JSON.parse('{"constructor":{},"toString":1}'))).toEqual([
      'constructor',
      'toString',
    ]);
  });

  it('finds nothing to remove the second time', () => {
    const keys = fc.constantFrom('spec', 'a', 'list', 'map', 'any', 'part', 'x', 'q', 'metadata');
    const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
      tree: fc.oneof(
        { depthSize: 'small' },
        fc.constantFrom(null, 1, 'x'),
        fc.dictionary(keys, tie('tree'), { maxKeys: 4 }),
        fc.array(tie('tree'), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(tree, (spec) => {
        const value = { spec: deepClone(spec) };
        prune(schema, value);
        const once = deepClone(value);
        expect(prune(schema, value)).toEqual([]);
        expect(value).toEqual(once);
      }),
    );
  });
});

describe('applySchemaDefaults', () => {
  it('fills what is absent, also inside of what it filled', () => {
    const value = { spec: { list: [{}, { n: 5 }] } };
    applySchemaDefaults(schema, value);
    expect(value).toEqual({ spec: { a: 'A', list: [{ n: 1 }, { n: 5 }], empty: { d: 3 } } });
  });

  it('adds nothing to what has no default', () => {
    const value = {};
    applySchemaDefaults(schema, value);
    expect(value).toEqual({});
  });

  it('hands out a copy of the default each time', () => {
    const [one, two] = [{ spec: {} }, { spec: {} }] as { spec: { empty?: object } }[];
    applySchemaDefaults(schema, one);
    applySchemaDefaults(schema, two);
    expect(one?.spec.empty).not.toBe(two?.spec.empty);
  });

  it('counts a null of a field that is not nullable as absent', () => {
    const value = { spec: { a: null, nul: null } };
    applySchemaDefaults(schema, value);
    expect(value.spec).toMatchObject({ a: 'A', nul: null });
  });
});

describe('dropNulls', () => {
  it('removes nulls of known fields that are not nullable', () => {
    const value = { spec: { a: null, nul: null, any: { x: null } } };
    dropNulls(schema, value);
    expect(value).toEqual({ spec: { nul: null, any: { x: null } } });
  });
});
