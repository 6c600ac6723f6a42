import { describe, expect, it } from 'vitest';
import { formatFieldError } from '../field-error.ts';
import { schemaFromOpenApi } from './from-openapi.ts';
import { validateSchema } from './validate.ts';

const twoFields = { a: { type: 'string' }, b: { type: 'string' } };

/** The schema that the answers below were given for. */
const schema = schemaFromOpenApi({
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      required: ['i'],
      properties: {
        i: { type: 'integer', minimum: 1, maximum: 10 },
        n: { type: 'number', multipleOf: 0.5 },
        s: { type: 'string', minLength: 2, maxLength: 4, pattern: '^a' },
        b: { type: 'boolean' },
        e: { type: 'string', enum: ['x', 'y'] },
        en: { type: 'integer', enum: [1, 2] },
        a: { type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 2 },
        set: { type: 'array', items: { type: 'string' }, 'x-kubernetes-list-type': 'set' },
        m: {
          type: 'array',
          items: {
            type: 'object',
            required: ['name'],
            properties: { name: { type: 'string' }, proto: { type: 'string', default: 'TCP' } },
          },
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['name', 'proto'],
        },
        map: {
          type: 'object',
          additionalProperties: { type: 'integer' },
          minProperties: 1,
          maxProperties: 2,
        },
        ios: { 'x-kubernetes-int-or-string': true },
        ios2: {
          'x-kubernetes-int-or-string': true,
          anyOf: [{ type: 'integer' }, { type: 'string' }],
          pattern: '^\\d+%$',
        },
        any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
        emb: { type: 'object', 'x-kubernetes-embedded-resource': true },
        nul: { type: 'string', nullable: true },
        dt: { type: 'string', format: 'date-time' },
        any1: {
          type: 'object',
          properties: twoFields,
          oneOf: [{ required: ['a'] }, { required: ['b'] }],
        },
        any2: {
          type: 'object',
          properties: twoFields,
          anyOf: [{ required: ['a'] }, { required: ['b'] }],
        },
        no: { type: 'object', properties: twoFields, not: { required: ['a'] } },
        all: { type: 'string', allOf: [{ minLength: 3 }, { pattern: '^z' }] },
        excl: { type: 'integer', exclusiveMaximum: true, maximum: 5 },
        free: { type: 'object', additionalProperties: true },
      },
    },
  },
});

const problemsOf = (spec: unknown): string[] =>
  validateSchema(schema, { spec }, '').map(formatFieldError);

const wrongType = (path: string, wanted: string, got: string): string =>
  `${path}: Invalid value: "${got}": ${path} in body must be of type ${wanted}: "${got}"`;

describe('validateSchema', () => {
  it.each([
    {},
    { i32: 1 },
    { s: 'abc', e: 'x', en: 2, a: ['x'], set: ['a', 'b'] },
    { m: [{ name: 'a' }, { name: 'a', proto: 'UDP' }] },
    { ios: 'x', ios2: '5%', nul: null, n: 1.5 },
    { ios: 5, ios2: 5, n: 2 },
    { any: { q: null }, map: { a: 1 }, emb: { apiVersion: 'v1', kind: 'Pod' } },
    { any1: { a: '' }, any2: { a: '', b: '' }, no: {}, all: 'zzz', excl: 4, free: { x: [1] } },
    { dt: '2020-01-01T00:00:00.5Z' },
  ])('takes %j', (fields) => {
    expect(problemsOf({ i: 1, ...fields })).toEqual([]);
  });

  // What a kube-apiserver 1.35 answers.
  it.each<readonly [unknown, string[]]>([
    ['x', [wrongType('spec', 'object', 'string')]],
    [[], [wrongType('spec', 'object', 'array')]],
    [{}, ['spec.i: Required value']],
    [{ i: 1.5 }, [wrongType('spec.i', 'integer', 'number')]],
    [{ i: true }, [wrongType('spec.i', 'integer', 'boolean')]],
    [{ i: 0 }, ['spec.i: Invalid value: 0: spec.i in body should be greater than or equal to 1']],
    [{ i: 11 }, ['spec.i: Invalid value: 11: spec.i in body should be less than or equal to 10']],
    [{ i: 1, n: 0.3 }, ['spec.n: Invalid value: 0.3: spec.n in body should be a multiple of 0.5']],
    [
      { i: 1, s: 'é' },
      ['spec.s: Invalid value: "é": spec.s in body should be at least 2 chars long'],
    ],
    [{ i: 1, s: 'abcde' }, ['spec.s: Too long: may not be more than 4 bytes']],
    [{ i: 1, s: 'bb' }, [`spec.s: Invalid value: "bb": spec.s in body should match '^a'`]],
    [{ i: 1, e: 'z' }, ['spec.e: Unsupported value: "z": supported values: "x", "y"']],
    [
      { i: 1, e: 5 },
      [
        wrongType('spec.e', 'string', 'integer'),
        'spec.e: Unsupported value: 5: supported values: "x", "y"',
      ],
    ],
    [{ i: 1, en: 3 }, ['spec.en: Unsupported value: 3: supported values: "1", "2"']],
    [{ i: 1, a: [] }, ['spec.a: Invalid value: 0: spec.a in body should have at least 1 items']],
    [{ i: 1, a: ['x', 5] }, [wrongType('spec.a[1]', 'string', 'integer')]],
    [{ i: 1, a: ['1', '2', '3'] }, ['spec.a: Too many: 3: must have at most 2 items']],
    [
      { i: 1, set: ['a', 'a', 'b', 'b', 'a'] },
      ['spec.set[1]: Duplicate value: "a"', 'spec.set[3]: Duplicate value: "b"'],
    ],
    [
      { i: 1, m: [{ name: 'a' }, { proto: 'TCP', name: 'a' }] },
      ['spec.m[1]: Duplicate value: {"name":"a","proto":"TCP"}'],
    ],
    [
      { i: 1, m: ['x'] },
      [
        wrongType('spec.m[0]', 'object', 'string'),
        'spec.m[0]: Invalid value: "x": must be an object for an array of list-type map',
      ],
    ],
    [
      { i: 1, map: {} },
      ['spec.map: Invalid value: 0: spec.map in body should have at least 1 properties'],
    ],
    [{ i: 1, map: { a: 1, b: 2, c: 3 } }, ['spec.map: Too many: 3: must have at most 2 items']],
    [{ i: 1, map: { a: 'x' } }, [wrongType('spec.map.a', 'integer', 'string')]],
    [{ i: 1, ios: true }, [wrongType('spec.ios', 'integer,string', 'boolean')]],
    [
      { i: 1, ios2: '5' },
      [`spec.ios2: Invalid value: "5": spec.ios2 in body should match '^\\d+%$'`],
    ],
    [{ i: 1, emb: {} }, ['spec.emb.apiVersion: Required value', 'spec.emb.kind: Required value']],
    [
      { i: 1, dt: 'x' },
      ['spec.dt: Invalid value: "x": spec.dt in body must be of type date-time: "x"'],
    ],
    [
      { i: 1, any1: {} },
      [
        '<nil>: Invalid value: "": "spec.any1" must validate one and only one schema (oneOf). Found none valid',
        'spec.any1.a: Required value',
      ],
    ],
    [
      { i: 1, any1: { a: '', b: '' } },
      [
        '<nil>: Invalid value: "": "spec.any1" must validate one and only one schema (oneOf). Found 2 valid alternatives',
      ],
    ],
    [
      { i: 1, any2: {} },
      [
        '<nil>: Invalid value: "": "spec.any2" must validate at least one schema (anyOf)',
        'spec.any2.a: Required value',
      ],
    ],
    [
      { i: 1, no: { a: '' } },
      ['<nil>: Invalid value: "": "spec.no" must not validate the schema (not)'],
    ],
    [
      { i: 1, all: 'a' },
      [
        'spec.all: Invalid value: "a": spec.all in body should be at least 3 chars long',
        `spec.all: Invalid value: "a": spec.all in body should match '^z'`,
        '<nil>: Invalid value: "": "spec.all" must validate all the schemas (allOf). None validated',
      ],
    ],
    [{ i: 1, excl: 5 }, ['spec.excl: Invalid value: 5: spec.excl in body should be less than 5']],
  ])('refuses %j', (spec, problems) => {
    expect(problemsOf(spec)).toEqual(problems);
  });

  it('refuses null where the schema does not allow it', () => {
    expect(problemsOf({ i: 1, a: [null] })).toEqual([wrongType('spec.a[0]', 'string', 'null')]);
  });

  it('does not take JavaScript’s own properties for fields', () => {
    const strict = schemaFromOpenApi({ type: 'object', required: ['toString'] });
    expect(validateSchema(strict, {}, 'x').map(formatFieldError)).toEqual([
      'x.toString: Required value',
    ]);
  });
});
