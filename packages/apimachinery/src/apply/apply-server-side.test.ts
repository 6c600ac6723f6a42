import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../object.ts';
import type { Schema } from '../schema.ts';
import { StatusError } from '../status-error.ts';
import { type ApplyRequest, applyServerSide } from './apply-server-side.ts';
import { deploymentSchema } from './deployment-schema.ts';

const now = new Date('2026-01-02T03:04:05.678Z');
const later = new Date('2026-01-02T04:00:00Z');

const deployment = (spec: JsonObject, metadata: JsonObject = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', ...metadata },
  spec,
});

const pods = (...containers: JsonObject[]): JsonObject => ({ template: { spec: { containers } } });

function apply(
  live: KubeObject | undefined,
  applied: KubeObject,
  manager = 'one',
  options: Partial<ApplyRequest> = {},
): KubeObject {
  const { object } = applyServerSide({
    live,
    applied,
    schema: deploymentSchema,
    manager,
    force: false,
    apiVersion: 'apps/v1',
    now,
    ...options,
  });
  // What the server does between two requests: identity, and no empty fields.
  return { ...object, metadata: { ...object.metadata, uid: 'u' } };
}

const owned = (object: KubeObject, manager: string, operation = 'Apply') =>
  object.metadata.managedFields?.find(
    (entry) => entry.manager === manager && entry.operation === operation,
  )?.fieldsV1;

function refused(run: () => unknown): StatusError {
  try {
    run();
  } catch (error) {
    if (error instanceof StatusError) return error;
    throw error;
  }
  throw new Error('the apply was accepted');
}

describe('a first apply', () => {
  it('owns what it names, with the defaults of list keys', () => {
    const object = apply(
      undefined,
      deployment(
        { replicas: 2, ...pods({ name: 'a', image: 'a:1', ports: [{ containerPort: 80 }] }) },
        { labels: { app: 'web' }, finalizers: ['a/b'] },
      ),
    );
    expect(object.metadata.managedFields).toEqual([
      {
        manager: 'one',
        operation: 'Apply',
        apiVersion: 'apps/v1',
        time: '2026-01-02T03:04:05Z',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:metadata': { 'f:finalizers': { 'v:"a/b"': {} }, 'f:labels': { 'f:app': {} } },
          'f:spec': {
            'f:replicas': {},
            'f:template': {
              'f:spec': {
                'f:containers': {
                  'k:{"name":"a"}': {
                    '.': {},
                    'f:image': {},
                    'f:name': {},
                    'f:ports': {
                      'k:{"containerPort":80,"protocol":"TCP"}': {
                        '.': {},
                        'f:containerPort': {},
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ]);
    expect(object.spec.template.spec.containers).toEqual([
      { name: 'a', image: 'a:1', ports: [{ containerPort: 80 }] },
    ]);
  });

  it('leaves what an untracked object holds to before-first-apply', () => {
    const live = deployment({ replicas: 1, paused: true }, { uid: 'u' });
    const error = refused(() => apply(live, deployment({ replicas: 2 })));
    expect(error.message).toBe(
      'Apply failed with 1 conflict: conflict with "before-first-apply" using apps/v1: .spec.replicas',
    );
    const forced = apply(live, deployment({ replicas: 2 }), 'one', { force: true });
    expect(owned(forced, 'before-first-apply', 'Update')).toEqual({
      'f:spec': { 'f:paused': {} },
    });
  });
});

describe('several managers', () => {
  const base = apply(
    undefined,
    deployment({ replicas: 1, ...pods({ name: 'a', image: 'a:1', args: ['x'] }) }),
  );

  it('share a value that they agree on', () => {
    const both = apply(base, deployment({ replicas: 1 }), 'two');
    expect(owned(both, 'two')).toEqual({ 'f:spec': { 'f:replicas': {} } });
    const dropped = apply(both, deployment(pods({ name: 'a', image: 'a:1' })), 'one');
    expect(dropped.spec.replicas).toBe(1);
    expect(dropped.spec.template.spec.containers).toEqual([{ name: 'a', image: 'a:1' }]);
  });

  it('conflict over one value', () => {
    const error = refused(() => apply(base, deployment({ replicas: 3 }), 'two'));
    expect(error.toStatus()).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: 'Apply failed with 1 conflict: conflict with "one": .spec.replicas',
      details: {
        causes: [
          {
            reason: 'FieldManagerConflict',
            message: 'conflict with "one"',
            field: '.spec.replicas',
          },
        ],
      },
    });
  });

  it('conflict over several values', () => {
    const wanted = deployment({ replicas: 3, ...pods({ name: 'a', image: 'a:2' }) });
    expect(refused(() => apply(base, wanted, 'two')).message).toBe(
      'Apply failed with 2 conflicts: conflicts with "one":\n' +
        '- .spec.replicas\n- .spec.template.spec.containers[name="a"].image',
    );
  });

  it('take over by force', () => {
    const forced = apply(base, deployment({ replicas: 3 }), 'two', { force: true });
    expect(forced.spec.replicas).toBe(3);
    expect(owned(forced, 'one')).not.toHaveProperty(['f:spec', 'f:replicas']);
  });

  it('keep their part of an element that another one gives up', () => {
    const added = apply(base, deployment(pods({ name: 'a', env: [{ name: 'X' }] })), 'two');
    const left = apply(added, deployment({ replicas: 1 }), 'one');
    expect(left.spec.template.spec.containers).toEqual([{ name: 'a', env: [{ name: 'X' }] }]);
    const gone = apply(left, deployment({}), 'two');
    expect(gone.spec.template?.spec?.containers ?? null).toBe(null);
  });

  it('own a set list by its values', () => {
    const first = apply(undefined, deployment({}, { finalizers: ['a/b', 'c/d'] }));
    const second = apply(first, deployment({}, { finalizers: ['e/f', 'a/b'] }), 'two');
    expect(second.metadata.finalizers).toEqual(['e/f', 'a/b', 'c/d']);
    const third = apply(second, deployment({}), 'one');
    expect(third.metadata.finalizers).toEqual(['e/f', 'a/b']);
  });
});

describe('order of map lists', () => {
  const names = (object: KubeObject) =>
    object.spec.template.spec.containers.map((item: { name: string }) => item.name).join('');
  const list = (text: string) => deployment(pods(...[...text].map((name) => ({ name }))));

  // A kube-apiserver's answers.
  it.each([
    ['12345', '4928', '1345928'],
    ['abcde', 'excya', 'bdexcya'],
    ['ab', 'ba', 'ba'],
    ['abc', 'x', 'abcx'],
  ])('%s and then %s gives %s', (first, second, expected) => {
    const live = apply(undefined, list(first));
    expect(names(apply(live, list(second), 'two'))).toBe(expected);
  });
});

describe('kubectl', () => {
  const annotation = 'kubectl.kubernetes.io/last-applied-configuration';
  const live = deployment(
    { replicas: 1, paused: true },
    {
      uid: 'u',
      annotations: { [annotation]: JSON.stringify(deployment({ replicas: 1 })) },
      managedFields: [
        {
          manager: 'kubectl-client-side-apply',
          operation: 'Update',
          apiVersion: 'apps/v1',
          fieldsType: 'FieldsV1',
          fieldsV1: { 'f:spec': { 'f:replicas': {}, 'f:paused': {} } },
        },
      ],
    },
  );

  it('takes over from its own client-side apply and keeps the annotation in step', () => {
    const object = apply(live, deployment({ replicas: 2 }), 'kubectl');
    expect(object.spec.replicas).toBe(2);
    expect(object.metadata.annotations?.[annotation]).toBe(
      '{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"replicas":2}}\n',
    );
    expect(owned(object, 'kubectl-client-side-apply', 'Update')).toEqual({
      'f:spec': { 'f:paused': {} },
    });
  });

  it('does not take over other fields, and other managers take over nothing', () => {
    const wanted = deployment({ replicas: 2, paused: false });
    expect(refused(() => apply(live, wanted, 'kubectl')).message).toBe(
      'Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.paused',
    );
    expect(refused(() => apply(live, deployment({ replicas: 2 }), 'flux')).code).toBe(409);
  });
});

describe('configurations that cannot be applied', () => {
  const typed = 'failed to create typed patch object (/web; apps/v1, Kind=Deployment): ';
  it.each<[JsonObject, string]>([
    [{ replicas: 'x' }, '.spec.replicas: expected numeric (int or float), got string'],
    [{ frob: 1 }, '.spec.frob: field not declared in schema'],
    [{ paused: 5 }, '.spec.paused: expected boolean, got &{5}'],
    [{ template: [1] }, '.spec.template: expected map, got &{[1]}'],
    [
      { template: { spec: { containers: { x: 1 } } } },
      '.spec.template.spec.containers: expected list, got &{map[x:1]}',
    ],
    [
      pods({ name: 'x' }, { name: 'x' }),
      '.spec.template.spec.containers: duplicate entries for key [name="x"]',
    ],
    [
      { template: { spec: { containers: [5] } } },
      '.spec.template.spec.containers: element 0: associative list with keys may not have non-map elements',
    ],
    [
      { template: { spec: { nodeSelector: { a: [1] } } } },
      '.spec.template.spec.nodeSelector.a: expected string, got &value.valueUnstructured{Value:[]interface {}{1}}',
    ],
    [
      { frob: 1, paused: 'x' },
      'errors:\n  .spec.frob: field not declared in schema\n  .spec.paused: expected boolean, got &{x}',
    ],
  ])('%j: %s', (spec, message) => {
    const error = refused(() => apply(undefined, deployment(spec)));
    expect([error.code, error.message]).toEqual([500, typed + message]);
  });

  it('of another version, or with managedFields', () => {
    const other = { ...deployment({}), apiVersion: 'v1' };
    expect(refused(() => apply(undefined, other)).message).toBe(
      'invalid object type: /v1, Kind=Deployment',
    );
    const managed = deployment({}, { managedFields: [] });
    expect(refused(() => apply(undefined, managed)).message).toBe(
      'metadata.managedFields must be nil',
    );
  });
});

describe('custom resources', () => {
  const schema: Schema = {
    type: 'object',
    fields: {
      spec: {
        type: 'object',
        fields: {
          free: { type: 'object', preserveUnknown: true },
          atomic: { type: 'object', mapType: 'atomic', values: { type: 'string' } },
          list: { type: 'array', items: { type: 'string' } },
          object: { type: 'object', fields: { x: { type: 'string' } } },
        },
      },
    },
  };
  const options = { schema, apiVersion: 'a.dev/v1' };
  const thing = (spec: JsonObject, metadata: JsonObject = {}): KubeObject => ({
    apiVersion: 'a.dev/v1',
    kind: 'Thing',
    metadata: { name: 'a', ...metadata },
    spec,
  });

  it('own unknown fields one by one, atomic values as a whole', () => {
    const object = apply(
      undefined,
      thing(
        { free: { a: { b: [1] }, e: {} }, atomic: { a: 'b' }, list: ['x'] },
        { labels: { l: '1' } },
      ),
      'one',
      options,
    );
    expect(owned(object, 'one')).toEqual({
      'f:metadata': { 'f:labels': { 'f:l': {} } },
      'f:spec': {
        'f:atomic': {},
        'f:free': { 'f:a': { '.': {}, 'f:b': {} }, 'f:e': {} },
        'f:list': {},
      },
    });
  });

  it('keep an object that another manager owns as empty', () => {
    const first = apply(undefined, thing({ object: { x: '1' } }), 'one', options);
    const second = apply(first, thing({ object: {} }), 'two', options);
    expect(apply(second, thing({}), 'one', options).spec).toEqual({ object: {} });
  });
});

describe('properties', () => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const container = fc.record(
    {
      name,
      image: fc.constantFrom('i:1', 'i:2'),
      args: fc.array(name, { maxLength: 2 }),
      env: fc.uniqueArray(fc.record({ name, value: name }), {
        selector: (item) => item.name,
        maxLength: 3,
      }),
    },
    { requiredKeys: ['name'] },
  );
  const configuration = fc
    .record({
      replicas: fc.option(fc.nat(3), { nil: undefined }),
      labels: fc.dictionary(name, name, { maxKeys: 3 }),
      containers: fc.uniqueArray(container, { selector: (item) => item.name, maxLength: 4 }),
    })
    .map(({ replicas, labels, containers }) =>
      deployment(
        {
          ...(replicas === undefined ? {} : { replicas }),
          ...pods(...(containers as JsonObject[])),
        },
        { labels },
      ),
    );
  const force = { force: true };

  it('applying twice is applying once', () => {
    fc.assert(
      fc.property(configuration, configuration, (a, b) => {
        const live = apply(apply(undefined, a, 'one', force), b, 'two', force);
        const again = apply(live, b, 'two', { force: true, now: later });
        expect(again).toEqual(live);
      }),
    );
  });

  it('applying nothing removes what only oneself owned', () => {
    fc.assert(
      fc.property(configuration, configuration, (a, b) => {
        const live = apply(undefined, a, 'one', force);
        const both = apply(live, b, 'two', force);
        const empty = apply(apply(both, deployment({}), 'two'), deployment({}), 'one');
        expect(empty.spec.replicas).toBe(undefined);
        expect(empty.spec.template?.spec?.containers ?? []).toEqual([]);
        expect(empty.metadata.labels ?? {}).toEqual({});
        expect(owned(empty, 'two')).toEqual({ 'f:spec': {} });
      }),
    );
  });

  it('a configuration is always in the result', () => {
    fc.assert(
      fc.property(configuration, configuration, (a, b) => {
        const live = apply(apply(undefined, a, 'one', force), b, 'two', force);
        expect(live.spec).toMatchObject(
          b.spec.template.spec.containers.length === 0
            ? { ...(b.spec.replicas === undefined ? {} : { replicas: b.spec.replicas }) }
            : {},
        );
        for (const wanted of b.spec.template.spec.containers) {
          const found = live.spec.template.spec.containers.find(
            (item: { name: string }) => item.name === wanted.name,
          );
          for (const field of ['image', 'args']) {
            if (wanted[field] !== undefined) expect(found[field]).toEqual(wanted[field]);
          }
        }
      }),
    );
  });

  it('arguments are not changed', () => {
    fc.assert(
      fc.property(configuration, configuration, (a, b) => {
        const live = apply(undefined, a);
        const before = structuredClone([live, b]);
        apply(live, b, 'two', force);
        expect([live, b]).toEqual(before);
      }),
    );
  });
});

it('keeps the times of an apply that changes nothing', () => {
  const live = apply(undefined, deployment({ replicas: 1 }));
  const again = apply(live, deployment({ replicas: 1 }), 'one', { now: later });
  expect(again.metadata.managedFields).toEqual(live.metadata.managedFields);
  const changed = apply(live, deployment({ replicas: 2 }), 'one', { now: later });
  expect((changed.metadata.managedFields as ManagedFieldsEntry[])[0]?.time).toBe(
    '2026-01-02T04:00:00Z',
  );
});

it('ignores fields that the endpoint resets', () => {
  const object = apply(
    undefined,
    { ...deployment({ replicas: 1 }), status: { replicas: 1 } },
    'one',
    {
      resetFields: [['status']],
    },
  );
  expect(owned(object, 'one')).toEqual({ 'f:spec': { 'f:replicas': {} } });
});

it('takes a Deployment of 200 lines over once, and changes nothing after that', () => {
  const containers = Array.from({ length: 6 }, (_, at) => ({
    name: `c${at}`,
    image: 'a:1',
    args: ['x', 'y'],
    ports: Array.from({ length: 3 }, (__, port) => ({ containerPort: port, name: `p${port}` })),
    env: Array.from({ length: 8 }, (__, n) => ({ name: `E${n}`, value: 'v' })),
  }));
  const configuration = deployment({ replicas: 1, ...pods(...containers) });
  const live = apply(apply(undefined, configuration), configuration, 'two');
  const again = apply(live, configuration, 'one');
  expect(apply(again, configuration, 'one')).toEqual(again);
});
