import { configMap, configMaps, get, post, quiet, remove, theme } from './steps.ts';

const own = `${configMaps}?labelSelector=theme%3Dreads`;
const more = (name: string, labels: object = {}) =>
  post(
    configMaps,
    { ...configMap(name), metadata: { name, labels: { theme: 'reads', ...labels } } },
    quiet,
  );
const made = [more('reads-a', { tier: 'x' }), more('reads-b', { tier: 'y' }), more('reads-c')];
const cleared = remove(own, quiet);
const selected = (selector: string) =>
  get(`${own.split('?')[0]}?labelSelector=${encodeURIComponent(`theme=reads,${selector}`)}`, {
    title: `labels ${selector}`,
  });
const byField = (selector: string) =>
  get(`${own}&fieldSelector=${encodeURIComponent(selector)}`, { title: `fields ${selector}` });

/** Lists in pieces, selectors, and what a resource version asks for. */
export const reads = theme('reads', {
  'limit and continue': [
    ...made,
    get(`${own}&limit=2`, { save: { token: 'metadata.continue' } }),
    get(`${own}&limit=2&continue={{token}}`),
    get(`${configMaps}?limit=1&labelSelector=tier`),
    get(`${own}&limit=-1`),
    get(`${own}&limit=x`),
    get(`${own}&limit=2&continue=odd`),
    get(`${own}&limit=2&continue={{token}}&resourceVersion=5`),
    cleared,
  ],
  selectors: [
    ...made,
    selected('tier in (x,y)'),
    selected('tier notin (x)'),
    selected('!tier'),
    selected('tier'),
    selected('tier!=x'),
    selected('tier=='),
    selected('tier in ()'),
    selected('tier in (x'),
    selected('a b'),
    selected('=x'),
    selected('tier>1'),
    byField('metadata.name=reads-a'),
    byField('metadata.name!=reads-a'),
    byField('metadata.namespace=twin'),
    byField('metadata.uid=x'),
    byField('odd'),
    byField('metadata.name=a,metadata.name=b'),
    cleared,
  ],
  'resource versions': [
    ...made,
    get(own, { save: { rv: 'metadata.resourceVersion' }, quiet: true }),
    get(`${own}&resourceVersion=0`),
    get(`${own}&resourceVersion={{rv}}`),
    get(`${own}&resourceVersion={{rv}}&resourceVersionMatch=Exact`),
    get(`${own}&resourceVersion={{rv}}&resourceVersionMatch=NotOlderThan`),
    get(`${own}&resourceVersion=0&resourceVersionMatch=Exact`),
    get(`${own}&resourceVersionMatch=Exact`),
    get(`${own}&resourceVersion={{rv}}&resourceVersionMatch=Odd`),
    get(`${own}&resourceVersion=odd`),
    get(`${configMaps}/reads-a?resourceVersion=odd`),
    get(`${configMaps}/reads-a?resourceVersion={{rv}}`),
    get(`${own}&resourceVersion=999999999999`, { title: 'a version of the future' }),
    cleared,
  ],
  watches: [
    ...made,
    get(own, { save: { rv: 'metadata.resourceVersion' }, quiet: true }),
    get(`${own}&watch=1&timeoutSeconds=1`),
    remove(`${configMaps}/reads-a`, quiet),
    more('reads-d'),
    get(`${own}&watch=1&timeoutSeconds=1&resourceVersion={{rv}}`),
    get(`${own}&watch=1&timeoutSeconds=1&resourceVersion=odd`),
    get(
      `${own}&watch=1&timeoutSeconds=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
    ),
    get(`${own}&watch=1&timeoutSeconds=1&sendInitialEvents=true`),
    get(`${own}&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`),
    get(`${configMaps}/reads-b?watch=1&timeoutSeconds=1`),
    get(`${configMaps}?watch=1&timeoutSeconds=1&fieldSelector=metadata.name%3Dreads-b`),
    get(`${own}&watch=1&timeoutSeconds=x`),
    get(`${own}&watch=odd&timeoutSeconds=1`),
    get(`${own}&watch=1&timeoutSeconds=1`, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
      title: 'watch as Table',
    }),
    get(`${own}&watch=1&timeoutSeconds=1`, {
      accept: 'application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io',
      title: 'watch as PartialObjectMetadata',
    }),
    get(`${own}&watch=1&timeoutSeconds=1&limit=1`),
    cleared,
  ],
});
