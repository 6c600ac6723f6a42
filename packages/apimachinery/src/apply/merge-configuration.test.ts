import { describe, expect, it } from 'vitest';
import type { Schema } from '../schema.ts';
import { mergeConfiguration } from './merge-configuration.ts';

const text: Schema = { type: 'string' };
const schema: Schema = {
  type: 'object',
  fields: {
    apiVersion: text,
    kind: text,
    metadata: { type: 'object', fields: { name: text } },
    spec: {
      type: 'object',
      fields: {
        name: text,
        selector: { type: 'object', mapType: 'atomic', values: text },
        parts: {
          type: 'array',
          listType: 'map',
          listMapKeys: ['name'],
          items: {
            type: 'object',
            fields: { name: text, image: text, args: { type: 'array', items: text } },
          },
        },
      },
    },
  },
};
const object = (spec: unknown) => ({ apiVersion: 'v1', kind: 'X', metadata: {}, spec });
const live = object({ name: 'a', parts: [{ name: 'p', image: 'i' }] });

describe('mergeConfiguration', () => {
  it('merges what has keys and keeps the rest', () => {
    const wanted = object({ parts: [{ name: 'q' }, { name: 'p', image: 'j' }] });
    expect(mergeConfiguration(live, wanted, schema)).toEqual({
      object: object({ name: 'a', parts: [{ name: 'q' }, { name: 'p', image: 'j' }] }),
    });
  });

  it.each([
    [
      { odd: 1 },
      'failed to convert patch object to typed object: .spec.odd: field not declared in schema',
    ],
    [
      { selector: { a: 'b' }, parts: [{ name: 'p', args: ['x'] }] },
      'invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: .spec.selector, .spec.parts[0].args',
    ],
  ])('refuses %j', (spec, problem) => {
    expect(mergeConfiguration(live, object(spec), schema)).toEqual({ problem });
  });
});
