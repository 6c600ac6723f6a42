import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

const crds = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const url = '/apis/example.com/v1/namespaces/default/goods';

const crd = (schema: object) => ({
  metadata: { name: 'goods.example.com' },
  spec: {
    group: 'example.com',
    names: { plural: 'goods', kind: 'Goods' },
    scope: 'Namespaced',
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: schema } } },
      },
    ],
  },
});

const rules = 'x-kubernetes-validations';
const integers = { a: { type: 'integer' }, l: { type: 'array', items: { type: 'string' } } };

/** Messages of kube-apiserver 1.35 for the same CRD. */
describe('a CRD with rules', () => {
  it.each([
    [
      { rule: 'self.nope == 1' },
      'rule: Invalid value: {"Rule":"self.nope == 1","Message":"","MessageExpression":"","Reason":null,"FieldPath":"","OptionalOldSelf":null}: compilation failed: ERROR: <input>:1:5: undefined field \'nope\'\n | self.nope == 1\n | ....^',
    ],
    [{ rule: '  ' }, 'rule: Required value: rule is not specified'],
    [
      { rule: 'self.a > 0', message: 'a\nb' },
      'message: Invalid value: "a\\nb": must not contain line breaks',
    ],
    [
      { rule: 'self.a > 0', fieldPath: '.z' },
      'fieldPath: Invalid value: ".z": must be a valid path',
    ],
    [
      { rule: 'self.a > 0', optionalOldSelf: true },
      'optionalOldSelf: Invalid value: true: may not be set if oldSelf is not used in rule',
    ],
    [
      { rule: 'self.a > 0', messageExpression: 'self.a' },
      'messageExpression: Invalid value: {"Rule":"self.a \\u003e 0","Message":"","MessageExpression":"self.a","Reason":null,"FieldPath":"","OptionalOldSelf":null}: messageExpression must evaluate to a string',
    ],
    [
      { rule: 'self.l.all(x, self.l.all(y, self.l.all(z, x == y && y == z)))' },
      'rule: Forbidden: estimated rule cost exceeds budget by factor of more than 100x (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)',
    ],
  ])('is refused for %j', async (rule, expected) => {
    const { send } = await testServer();
    const schema = { type: 'object', properties: integers, [rules]: [rule] };
    const { status, body } = await send('POST', crds, { body: crd(schema) });
    expect(status).toBe(422);
    const path = `spec.validation.openAPIV3Schema.properties[spec].${rules}[0].`;
    expect(body['message']).toContain(`${path}${expected}`);
  });
});

describe('a custom resource with rules', () => {
  const schema = {
    type: 'object',
    properties: {
      a: { type: 'integer' },
      l: {
        type: 'array',
        maxItems: 10,
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['n'],
        items: {
          type: 'object',
          required: ['n'],
          properties: {
            n: { type: 'string', maxLength: 10 },
            v: { type: 'integer', [rules]: [{ rule: 'self >= oldSelf', message: 'v must grow' }] },
          },
        },
      },
    },
    [rules]: [
      { rule: 'self.a > 0', message: 'a must be positive' },
      { rule: 'self.a < 100' },
      { rule: 'self.a != 7 || self.l[5].v == 1' },
      {
        rule: 'self.a >= oldSelf.a',
        messageExpression: '"not " + (oldSelf.a > 4 ? "five" : "less")',
      },
      { rule: 'self.a != 13', reason: 'FieldValueForbidden', fieldPath: '.a', message: 'unlucky' },
    ],
  };
  const made = (spec: object) => ({
    apiVersion: 'example.com/v1',
    kind: 'Goods',
    metadata: { name: 'x' },
    spec,
  });

  async function server() {
    const own = await testServer();
    await own.create(crds, crd(schema));
    return own;
  }

  it.each([
    [{ a: 0 }, 'spec: Invalid value: a must be positive'],
    [{ a: 200 }, 'spec: Invalid value: failed rule: self.a < 100'],
    [{ a: 13 }, 'spec.a: Forbidden: unlucky'],
    [
      { a: 7 },
      'spec: Invalid value: "object": no such key: l evaluating rule: self.a != 7 || self.l[5].v == 1',
    ],
    [
      { a: -5, l: [{ n: 'a' }, { n: 'a' }] },
      '[spec.l[1]: Duplicate value: {"n":"a"}, spec: Invalid value: a must be positive]',
    ],
  ])('%j is refused', async (spec, expected) => {
    const { send } = await server();
    const { status, body } = await send('POST', url, { body: made(spec) });
    expect([status, body['message']]).toEqual([
      422,
      `Goods.example.com "x" is invalid: ${expected}`,
    ]);
  });

  it('is compared with what it was, element by element of a list that is a map', async () => {
    const { send, create } = await server();
    await create(
      url,
      made({
        a: 5,
        l: [
          { n: 'a', v: 3 },
          { n: 'b', v: 1 },
        ],
      }),
    );
    const patch = (spec: object) =>
      send('PATCH', `${url}/x`, { body: { spec }, type: 'application/merge-patch+json' });
    expect((await patch({ a: 4 })).body['message']).toContain('spec: Invalid value: not five');
    const smaller = await patch({
      l: [
        { n: 'b', v: 1 },
        { n: 'a', v: 2 },
      ],
    });
    expect(smaller.body['message']).toContain('spec.l[1].v: Invalid value: 2: v must grow');
    expect(
      (
        await patch({
          l: [
            { n: 'b', v: 1 },
            { n: 'a', v: 4 },
          ],
        })
      ).status,
    ).toBe(200);
  });

  it('that broke a later rule is let be where it does not change', async () => {
    const { send, create } = await server();
    await create(url, made({ a: 5 }));
    const stricter = { ...schema, [rules]: [{ rule: 'self.a > 9' }] };
    const change = {
      op: 'replace',
      path: '/spec/versions/0/schema/openAPIV3Schema/properties/spec',
      value: stricter,
    };
    await send('PATCH', `${crds}/goods.example.com`, {
      body: [change],
      type: 'application/json-patch+json',
    });
    const patch = (body: object) =>
      send('PATCH', `${url}/x`, { body, type: 'application/merge-patch+json' });
    expect((await patch({ metadata: { labels: { a: 'b' } } })).status).toBe(200);
    expect((await patch({ spec: { a: 6 } })).status).toBe(422);
  });
});
