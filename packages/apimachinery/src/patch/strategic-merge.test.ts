import { describe, expect, it } from 'vitest';
import { deploymentSchema } from '../apply/deployment-schema.ts';
import type { Json, JsonObject } from '../object.ts';
import { StatusError } from '../status-error.ts';
import { applyStrategicMergePatch } from './strategic-merge.ts';

// Expected values are the answers of a kube-apiserver v1.35 to the same patches.
const a = {
  name: 'a',
  image: 'a:1',
  args: ['p', 'q'],
  ports: [{ containerPort: 80, protocol: 'TCP' }],
  env: [
    { name: 'X', value: '1' },
    { name: 'YY', value: '2' },
  ],
};
const b = { name: 'b', image: 'b:1' };
const live = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', labels: { app: 'web' } },
  spec: {
    replicas: 0,
    strategy: {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' },
    },
    template: { spec: { containers: [a, b], volumes: [{ name: 'v', emptyDir: {} }] } },
  },
};

const patched = (patch: Json): JsonObject =>
  applyStrategicMergePatch(live, patch, deploymentSchema);
const podPatch = (spec: JsonObject): JsonObject => ({ spec: { template: { spec } } });
const pod = (patch: JsonObject) =>
  (patched(podPatch(patch)) as typeof live).spec.template.spec as JsonObject;

describe('lists with a merge key', () => {
  it.each<[string, JsonObject, Json]>([
    [
      'new ones come first',
      { containers: [{ name: 'c', image: 'c' }] },
      [{ name: 'c', image: 'c' }, a, b],
    ],
    ['$patch: delete removes one', { containers: [{ name: 'a', $patch: 'delete' }] }, [b]],
    [
      '$patch: replace replaces all, wherever it stands',
      { containers: [{ name: 'z', image: 'z' }, { $patch: 'replace' }] },
      [{ name: 'z', image: 'z' }],
    ],
    [
      'the order of the patch wins',
      {
        containers: [
          { name: 'b', image: 'b:2' },
          { name: 'a', image: 'a:3' },
        ],
      },
      [
        { ...b, image: 'b:2' },
        { ...a, image: 'a:3' },
      ],
    ],
    [
      'others keep their place before what they preceded',
      {
        containers: [
          { name: 'b', image: 'b:2' },
          { name: 'n', image: 'n' },
        ],
      },
      [a, { ...b, image: 'b:2' }, { name: 'n', image: 'n' }],
    ],
    [
      'an element given twice merges with itself',
      {
        containers: [
          { name: 'n', image: 'n' },
          { name: 'n', image: 'm' },
        ],
      },
      [{ name: 'n', image: 'm' }, a, b],
    ],
    ['an empty list changes nothing', { containers: [] }, [a, b]],
    [
      '$setElementOrder orders what is there',
      { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
      [b, a],
    ],
    [
      '$setElementOrder places new elements',
      {
        '$setElementOrder/containers': [{ name: 'b' }, { name: 'n' }, { name: 'a' }],
        containers: [
          { name: 'n', image: 'n' },
          { name: 'a', image: 'a:2' },
        ],
      },
      [b, { name: 'n', image: 'n' }, { ...a, image: 'a:2' }],
    ],
    [
      '$setElementOrder leaves unnamed elements where they are',
      {
        '$setElementOrder/containers': [{ name: 'a' }, { name: 'x' }, { name: 'y' }],
        containers: [
          { name: 'x', image: 'x' },
          { name: 'y', image: 'x' },
        ],
      },
      [a, { name: 'x', image: 'x' }, { name: 'y', image: 'x' }, b],
    ],
    [
      'deeper lists follow their own rules',
      {
        containers: [
          {
            name: 'a',
            ports: [{ containerPort: 81 }],
            env: [
              { name: 'YY', $patch: 'delete' },
              { name: 'Z', value: '3' },
            ],
            args: ['q'],
          },
        ],
      },
      [
        {
          ...a,
          args: ['q'],
          ports: [{ containerPort: 81 }, { containerPort: 80, protocol: 'TCP' }],
          env: [
            { name: 'Z', value: '3' },
            { name: 'X', value: '1' },
          ],
        },
        b,
      ],
    ],
  ])('%s', (_, patch, expected) => {
    expect(pod(patch).containers).toEqual(expected);
  });
});

describe('objects', () => {
  it('$retainKeys clears what it does not name', () => {
    const patch = { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } };
    expect(patched(patch).spec).toMatchObject({ strategy: { type: 'Recreate' } });
    expect(
      pod({
        volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'x' } }],
      }).volumes,
    ).toEqual([{ name: 'v', configMap: { name: 'x' } }]);
  });

  it('$patch: replace and delete', () => {
    const replace = { spec: { strategy: { $patch: 'replace', type: 'Recreate' } } };
    expect((patched(replace) as typeof live).spec.strategy).toEqual({ type: 'Recreate' });
    const clear = { spec: { strategy: { $patch: 'delete' } } };
    expect((patched(clear) as typeof live).spec.strategy).toEqual({});
  });

  it('null removes a field', () => {
    const patch = { metadata: { labels: { app: null, x: 'y' } } };
    expect(patched(patch).metadata).toEqual({ name: 'web', labels: { x: 'y' } });
  });

  it('an object that carries only a directive and is not there yet adds nothing', () => {
    expect(pod({ nodeSelector: { $patch: 'replace', x: 'y' } })).not.toHaveProperty('nodeSelector');
  });

  it('drops nulls and directives of what is new', () => {
    expect(pod({ affinity: { nodeAffinity: null, podAffinity: { x: 1 } } }).affinity).toEqual({
      podAffinity: { x: 1 },
    });
  });
});

describe('lists of scalars', () => {
  const withFinalizers = { ...live, metadata: { name: 'web', finalizers: ['a/b', 'c/d'] } };
  const finalizers = (metadata: JsonObject) =>
    applyStrategicMergePatch(withFinalizers, { metadata }, deploymentSchema).metadata;

  it('merge without doubles', () => {
    expect(finalizers({ finalizers: ['e/f', 'a/b'] })).toMatchObject({
      finalizers: ['e/f', 'a/b', 'c/d'],
    });
  });

  it('$deleteFromPrimitiveList removes', () => {
    expect(finalizers({ '$deleteFromPrimitiveList/finalizers': ['a/b'] })).toMatchObject({
      finalizers: ['c/d'],
    });
  });

  it('$setElementOrder orders', () => {
    expect(finalizers({ '$setElementOrder/finalizers': ['c/d', 'a/b'] })).toMatchObject({
      finalizers: ['c/d', 'a/b'],
    });
  });
});

describe('errors', () => {
  it.each<[JsonObject, number, string]>([
    [
      podPatch({ containers: [{ image: 'n' }] }),
      500,
      'map: map[image:n] does not contain declared merge key: name',
    ],
    [
      podPatch({ containers: [{ name: 'a', $patch: 'frob' }] }),
      500,
      'unknown patch type: frob in map: map[$patch:frob name:a]',
    ],
    [
      podPatch({ containers: [{ name: 'x', $patch: 'merge' }] }),
      500,
      'merging lists cannot yet be specified in the patch',
    ],
    [
      { spec: { strategy: { $patch: 5, type: 'Recreate' } } },
      500,
      'unknown patch type: %!s(int64=5) in map: map[$patch:5 type:Recreate]',
    ],
    [
      { spec: { strategy: { $retainKeys: ['typo'], type: 'Recreate' } } },
      400,
      'invalid patch format of retainKeys',
    ],
    [
      podPatch({
        '$setElementOrder/containers': [{ name: 'b' }],
        containers: [{ name: 'n', image: 'n' }],
      }),
      500,
      "The order in patch list:\n[map[image:n name:n]]\n doesn't match $setElementOrder list:\n[map[name:b]]\n",
    ],
    [
      podPatch({ '$setElementOrder/containers': 'x' }),
      500,
      'expected a []interface {}, but received a string',
    ],
    [
      podPatch({ '$setElementOrder/frob': [{ nme: 'b' }] }),
      500,
      'unable to find api field in struct PodSpec for the json field "frob"',
    ],
    [
      podPatch({ volumes: ['x'] }),
      500,
      'list element types are not identical: [[map[emptyDir:map[] name:v]] [x]]',
    ],
  ])('%j gives %i %s', (patch, code, message) => {
    try {
      patched(patch);
    } catch (error) {
      expect(error).toBeInstanceOf(StatusError);
      expect([(error as StatusError).code, (error as StatusError).message]).toEqual([
        code,
        message,
      ]);
      return;
    }
    throw new Error('the patch was accepted');
  });

  it('refuses what is no object and takes null as nothing', () => {
    expect(() => patched([1])).toThrow(
      'json: cannot unmarshal array into Go value of type map[string]interface {}',
    );
    expect(patched(null)).toEqual(live);
  });
});

it('changes neither the document nor the patch', () => {
  const before = structuredClone(live);
  const patch = podPatch({ '$setElementOrder/containers': [{ name: 'b' }], containers: null });
  const sent = structuredClone(patch);
  patched(podPatch({ containers: [{ name: 'a', image: 'z' }] }));
  expect(() => patched(patch)).toThrow();
  expect([live, patch]).toEqual([before, sent]);
});
