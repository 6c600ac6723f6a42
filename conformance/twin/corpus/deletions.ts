import {
  configMap,
  configMaps,
  deployment,
  deployments,
  get,
  inNamespace,
  mergePatch,
  post,
  quiet,
  remove,
  theme,
} from './steps.ts';

const c = `${configMaps}/deletions`;
const d = `${deployments}/deletions`;
const p = `${inNamespace('pods')}/deletions`;
const make = post(configMaps, configMap('deletions'), {
  quiet: true,
  save: { uid: 'metadata.uid', rv: 'metadata.resourceVersion' },
});
const finish = (path: string) =>
  mergePatch(path, { metadata: { finalizers: null } }, { title: 'remove finalizers' });
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'deletions' },
  spec: { nodeName: 'n', containers: [{ name: 'main', image: 'a' }] },
};

/** Preconditions, finalizers, propagation, grace. */
export const deletions = theme('deletions', {
  preconditions: [
    make,
    remove(c, { body: { preconditions: { uid: 'other' } } }),
    remove(c, { body: { preconditions: { resourceVersion: '1' } } }),
    remove(c, { body: { preconditions: { uid: '{{uid}}', resourceVersion: '{{rv}}' } } }),
  ],
  options: [
    make,
    remove(c, { body: { propagationPolicy: 'Odd' } }),
    remove(c, { body: { propagationPolicy: 'Foreground', orphanDependents: true } }),
    remove(`${c}?gracePeriodSeconds=-1`),
    remove(`${c}?gracePeriodSeconds=x`),
    remove(`${c}?dryRun=Odd`),
    remove(c, { body: { kind: 'Pod', apiVersion: 'v1' } }),
    remove(c, { body: '{' }),
    remove(c, { body: { nobodyKnows: 1 } }),
    remove(c, quiet),
  ],
  'foreground and orphan': [
    post(deployments, deployment('deletions'), quiet),
    remove(`${d}?propagationPolicy=Foreground`),
    get(d),
    remove(`${d}?propagationPolicy=Orphan`),
    get(d),
    remove(`${d}?propagationPolicy=Background`),
    finish(d),
    get(d),
  ],
  finalizers: [
    post(
      configMaps,
      { ...configMap('deletions'), metadata: { name: 'deletions', finalizers: ['a.example/b'] } },
      quiet,
    ),
    remove(c),
    mergePatch(c, { metadata: { finalizers: ['a.example/b', 'a.example/c'] } }),
    mergePatch(c, { data: { a: 'b' } }),
    finish(c),
    get(c),
  ],
  'a pod on a node': [
    post(inNamespace('pods'), pod, quiet),
    remove(p),
    remove(`${p}?gracePeriodSeconds=5`),
    remove(`${p}?gracePeriodSeconds=60`),
    remove(`${p}?gracePeriodSeconds=0`),
    get(p),
  ],
  collections: [
    make,
    post(configMaps, configMap('deletions-two'), quiet),
    remove(`${configMaps}?fieldSelector=metadata.name%3Ddeletions&dryRun=All`),
    remove(`${configMaps}?fieldSelector=metadata.name%3Ddeletions`),
    get(`${configMaps}?fieldSelector=metadata.name%3Ddeletions`),
    remove(`${configMaps}?labelSelector=a%20b`),
    remove(`${configMaps}/deletions-two`, quiet),
    remove('/api/v1/namespaces'),
    remove(inNamespace('services'), { body: { propagationPolicy: 'Odd' } }),
  ],
});
