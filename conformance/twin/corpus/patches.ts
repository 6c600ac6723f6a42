import {
  apply,
  configMap,
  configMaps,
  deployment,
  deployments,
  get,
  jsonPatch,
  mergePatch,
  post,
  put,
  quiet,
  remove,
  strategicPatch,
  theme,
} from './steps.ts';

const c = `${configMaps}/patches`;
const d = `${deployments}/patches`;

/** The patch types, their refusals, and what they make of lists. */
export const patches = theme('patches', {
  'JSON patch': [
    post(configMaps, configMap('patches', { data: { a: '1' } }), quiet),
    jsonPatch(c, [{ op: 'add', path: '/data/b', value: '2' }]),
    jsonPatch(c, [{ op: 'replace', path: '/data/none', value: '2' }]),
    jsonPatch(c, [{ op: 'remove', path: '/data/none' }]),
    jsonPatch(c, [{ op: 'move', from: '/data/a', path: '/data/c' }]),
    jsonPatch(c, [{ op: 'copy', from: '/data/c', path: '/data/d' }]),
    jsonPatch(c, [{ op: 'test', path: '/data/c', value: 'other' }]),
    jsonPatch(c, [{ op: 'odd', path: '/data/c' }]),
    jsonPatch(c, { op: 'add' }),
    jsonPatch(c, '[{'),
    jsonPatch(c, [{ op: 'replace', path: '/metadata/name', value: 'other' }]),
    jsonPatch(c, [{ op: 'replace', path: '/kind', value: 'Secret' }]),
    jsonPatch(c, [{ op: 'add', path: '/nobodyKnows', value: 1 }]),
    jsonPatch(`${c}?fieldValidation=Strict`, [{ op: 'add', path: '/nobodyKnows', value: 1 }]),
    remove(c),
  ],
  'merge patch': [
    post(configMaps, configMap('patches', { data: { a: '1' } }), quiet),
    mergePatch(c, { data: { a: null, b: '2' } }),
    mergePatch(c, { data: null }),
    mergePatch(c, { data: { a: 5 } }),
    mergePatch(c, { immutable: true, data: { z: '1' } }),
    mergePatch(c, { data: { z: '2' } }),
    mergePatch(c, []),
    mergePatch(c, 'x'),
    mergePatch(c, { metadata: { resourceVersion: '1' } }),
    mergePatch(c, { metadata: { uid: 'other' } }),
    mergePatch(`${configMaps}/none`, { data: {} }),
    mergePatch(c, {}, { type: 'application/odd' }),
    mergePatch(c, {}, { type: 'application/json' }),
    mergePatch(`${c}?force=true`, {}),
    mergePatch(`${c}?fieldManager=${'x'.repeat(200)}`, {}),
    mergePatch(`${c}?dryRun=Some`, {}),
    mergePatch(`${c}?fieldValidation=Odd`, {}),
    remove(c),
  ],
  'strategic merge patch': [
    post(deployments, deployment('patches'), quiet),
    strategicPatch(d, {
      spec: { template: { spec: { containers: [{ name: 'more', image: 'b' }] } } },
    }),
    strategicPatch(d, {
      spec: { template: { spec: { containers: [{ name: 'more', $patch: 'delete' }] } } },
    }),
    strategicPatch(d, {
      spec: {
        template: {
          spec: {
            containers: [{ name: 'main', ports: [{ containerPort: 80 }, { containerPort: 81 }] }],
          },
        },
      },
    }),
    strategicPatch(d, {
      spec: {
        template: {
          spec: { containers: [{ name: 'main', ports: [{ containerPort: 80, protocol: 'UDP' }] }] },
        },
      },
    }),
    strategicPatch(d, { spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } } }),
    strategicPatch(d, {
      spec: { template: { spec: { $setElementOrder: 1, containers: [{ image: 'x' }] } } },
    }),
    strategicPatch(d, { spec: { template: { spec: { containers: [{ image: 'x' }] } } } }),
    strategicPatch(d, { metadata: { labels: { $patch: 'replace', only: 'this' } } }),
    strategicPatch(d, { spec: { $patch: 'odd' } }),
    strategicPatch(d, { spec: { replicas: 'x' } }),
    get(d),
    remove(d),
  ],
  'server-side apply': [
    apply(`${d}?fieldManager=one`, deployment('patches', { replicas: 2 })),
    apply(`${d}?fieldManager=one`, deployment('patches', { replicas: 2 })),
    apply(d, deployment('patches')),
    apply(`${d}?fieldManager=two`, deployment('patches', { replicas: 3 })),
    apply(`${d}?fieldManager=two&force=true`, deployment('patches', { replicas: 3 })),
    apply(`${d}?fieldManager=one`, deployment('patches')),
    apply(`${d}?fieldManager=one`, { apiVersion: 'apps/v1', kind: 'Deployment' }),
    apply(`${d}?fieldManager=one`, { metadata: { name: 'patches' } }),
    apply(`${d}?fieldManager=one`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'other' },
    }),
    apply(`${d}?fieldManager=one`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'patches', managedFields: [] },
    }),
    apply(`${d}?fieldManager=one`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'patches' },
      spec: { nobodyKnows: 1 },
    }),
    apply(`${d}?fieldManager=one&fieldValidation=Warn`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'patches' },
      spec: { nobodyKnows: 1 },
    }),
    apply(`${d}?fieldManager=one`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'patches' },
      spec: { template: { spec: { containers: [{ name: 'a' }, { name: 'a' }] } } },
    }),
    apply(`${d}?fieldManager=one`, 'a: [b'),
    apply(`${d}?fieldManager=one`, 'a: 1\na: 2\n'),
    mergePatch(`${d}?fieldManager=three`, { spec: { replicas: 5 } }),
    apply(`${d}?fieldManager=two`, deployment('patches', { replicas: 3 })),
    put(`${d}?fieldManager=four`, deployment('patches', { replicas: 7 })),
    jsonPatch(d, [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }]),
    apply(`${d}/status?fieldManager=five`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'patches' },
      status: { replicas: 1 },
    }),
    apply(`${d}/scale?fieldManager=six`, {
      apiVersion: 'autoscaling/v1',
      kind: 'Scale',
      metadata: { name: 'patches' },
      spec: { replicas: 9 },
    }),
    get(d),
    remove(d),
  ],
  'apply of lists and sets': [
    apply(`${c}?fieldManager=one`, configMap('patches', { data: { a: '1' } })),
    apply(`${c}?fieldManager=two`, {
      ...configMap('patches'),
      metadata: { name: 'patches', finalizers: ['a.example/x'] },
    }),
    apply(`${c}?fieldManager=three`, {
      ...configMap('patches'),
      metadata: { name: 'patches', finalizers: ['a.example/y'] },
    }),
    apply(`${c}?fieldManager=two`, configMap('patches')),
    apply(`${c}?fieldManager=three`, configMap('patches')),
    remove(c),
  ],
});
