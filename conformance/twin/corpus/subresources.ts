import {
  configMaps,
  deployment,
  deployments,
  get,
  inNamespace,
  mergePatch,
  post,
  put,
  quiet,
  remove,
  theme,
} from './steps.ts';

const d = `${deployments}/subresources`;
const p = `${inNamespace('pods')}/subresources`;
const n = '/api/v1/namespaces/twin-sub';
const scale = (spec: object, more: object = {}) => ({
  apiVersion: 'autoscaling/v1',
  kind: 'Scale',
  metadata: { name: 'subresources', namespace: 'twin', ...more },
  spec,
});
const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'subresources', labels: { app: 'sub' } },
  spec: { containers: [{ name: 'main', image: 'a', resources: { requests: { cpu: '1' } } }] },
};
const binding = (name: string, target: object) => ({
  apiVersion: 'v1',
  kind: 'Binding',
  metadata: { name },
  target,
});
const eviction = (name: string, more: object = {}) => ({
  apiVersion: 'policy/v1',
  kind: 'Eviction',
  metadata: { name },
  ...more,
});

/** Scale, status, binding, eviction, ephemeral containers, resize, token, finalize. */
export const subresources = theme('subresources', {
  scale: [
    post(deployments, deployment('subresources'), quiet),
    get(`${d}/scale`),
    put(`${d}/scale`, scale({ replicas: 3 })),
    put(`${d}/scale`, scale({ replicas: -1 })),
    put(`${d}/scale`, scale({ replicas: 'x' })),
    put(`${d}/scale`, scale({ replicas: 4 }, { resourceVersion: '1' })),
    put(`${d}/scale`, scale({ replicas: 4 }, { name: 'other' })),
    put(`${d}/scale`, scale({})),
    mergePatch(`${d}/scale`, { spec: { replicas: 5 } }),
    mergePatch(`${d}/scale`, { spec: { replicas: -5 } }),
    get(`${deployments}/none/scale`),
    put(`${deployments}/none/scale`, scale({ replicas: 1 }, { name: 'none' })),
    get(d),
    remove(d, quiet),
  ],
  'binding and eviction': [
    post(inNamespace('pods'), pod, quiet),
    post(`${p}/binding`, binding('subresources', { kind: 'Odd', name: 'n' })),
    post(`${p}/binding`, binding('subresources', { kind: 'Node', name: '' })),
    post(`${p}/binding`, binding('other', { kind: 'Node', name: 'n' })),
    post(`${p}/binding`, binding('subresources', { kind: 'Node', name: 'n' })),
    post(`${p}/binding`, binding('subresources', { kind: 'Node', name: 'm' })),
    get(p),
    post(
      inNamespace('poddisruptionbudgets', 'policy'),
      {
        metadata: { name: 'subresources' },
        spec: { minAvailable: 1, selector: { matchLabels: { app: 'sub' } } },
      },
      quiet,
    ),
    post(`${p}/eviction`, eviction('other')),
    post(`${p}/eviction`, eviction('subresources', { deleteOptions: { dryRun: ['All'] } })),
    post(`${p}/eviction`, eviction('subresources')),
    post(`${inNamespace('pods')}/none/eviction`, eviction('none')),
    remove(`${inNamespace('poddisruptionbudgets', 'policy')}/subresources`, quiet),
    remove(`${p}?gracePeriodSeconds=0`, quiet),
  ],
  'ephemeral containers and resize': [
    post(inNamespace('pods'), pod, quiet),
    mergePatch(`${p}/ephemeralcontainers`, {
      spec: { ephemeralContainers: [{ name: 'debug', image: 'b' }] },
    }),
    mergePatch(`${p}/ephemeralcontainers`, { spec: { ephemeralContainers: [] } }),
    mergePatch(`${p}/ephemeralcontainers`, {
      spec: { ephemeralContainers: [{ name: 'debug', image: 'c' }] },
    }),
    mergePatch(`${p}/resize`, {
      spec: {
        containers: [{ name: 'main', image: 'a', resources: { requests: { cpu: '2' } } }],
      },
    }),
    mergePatch(`${p}/resize`, { spec: { containers: [{ name: 'main', image: 'other' }] } }),
    get(`${p}/resize`),
    mergePatch(`${p}/status`, { status: { phase: 'Running' }, spec: { nodeName: 'x' } }),
    mergePatch(p, { spec: { nodeName: 'x' } }),
    mergePatch(p, { spec: { activeDeadlineSeconds: 5 } }),
    mergePatch(p, { spec: { activeDeadlineSeconds: 9 } }),
    mergePatch(p, { spec: { tolerations: [{ key: 'a', operator: 'Exists' }] } }),
    mergePatch(p, { spec: { containers: [{ name: 'main', image: 'new' }] } }),
    remove(`${p}?gracePeriodSeconds=0`, quiet),
  ],
  tokens: [
    post(`${inNamespace('serviceaccounts')}/default/token`, {}),
    post(`${inNamespace('serviceaccounts')}/default/token`, { spec: { expirationSeconds: 5 } }),
    post(`${inNamespace('serviceaccounts')}/default/token`, {
      spec: { boundObjectRef: { kind: 'Pod', apiVersion: 'v1', name: 'none' } },
    }),
    post(`${inNamespace('serviceaccounts')}/default/token`, {
      spec: { boundObjectRef: { kind: 'Odd', apiVersion: 'v1', name: 'none' } },
    }),
    post(`${inNamespace('serviceaccounts')}/none/token`, {}),
  ],
  'a namespace ends': [
    post('/api/v1/namespaces', { metadata: { name: 'twin-sub' } }),
    remove(n),
    post(`${n}/configmaps`, { metadata: { name: 'x' } }),
    put(n, { metadata: { name: 'twin-sub' }, spec: { finalizers: [] } }),
    put(`${n}/finalize`, { metadata: { name: 'twin-sub' }, spec: { finalizers: [] } }),
    get(n),
    remove('/api/v1/namespaces/default'),
    remove('/api/v1/namespaces/kube-system'),
    get(`${configMaps}?limit=0&labelSelector=none`),
  ],
});
