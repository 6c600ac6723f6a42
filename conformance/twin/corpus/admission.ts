import { get, inNamespace, mergePatch, post, quiet, remove, theme } from './steps.ts';

const pods = inNamespace('pods');
const pod = (spec: object, name = 'admission') => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'a' }], ...spec },
});
const space = '/api/v1/namespaces/twin-adm';
const inSpace = `${space}/pods`;
const limited = (limits: object) =>
  pod({ containers: [{ name: 'main', image: 'a', resources: { limits } }] });

/** What the default plugins do. */
export const admission = theme('admission', {
  'service accounts and priorities': [
    post(`${pods}?dryRun=All`, pod({})),
    post(`${pods}?dryRun=All`, pod({ serviceAccountName: 'none' })),
    post(`${pods}?dryRun=All`, pod({ priorityClassName: 'none' })),
    post(`${pods}?dryRun=All`, pod({ priorityClassName: 'system-node-critical' })),
    post(`${pods}?dryRun=All`, pod({ priority: 5 })),
    post(`${pods}?dryRun=All`, pod({ runtimeClassName: 'none' })),
    post(`${pods}?dryRun=All`, pod({ tolerations: [{ operator: 'Exists' }] })),
  ],
  'quotas and limits': [
    post('/api/v1/namespaces', { metadata: { name: 'twin-adm' } }, quiet),
    post(`${space}/serviceaccounts`, { metadata: { name: 'default' } }, quiet),
    post(
      `${space}/limitranges`,
      {
        metadata: { name: 'l' },
        spec: {
          limits: [
            {
              type: 'Container',
              default: { cpu: '500m' },
              defaultRequest: { cpu: '100m' },
              max: { cpu: '1' },
              min: { cpu: '50m' },
              maxLimitRequestRatio: { cpu: '10' },
            },
          ],
        },
      },
      quiet,
    ),
    post(inSpace, pod({}, 'first')),
    post(inSpace, limited({ cpu: '2' })),
    post(inSpace, limited({ cpu: '10m' })),
    post(
      `${space}/resourcequotas`,
      { metadata: { name: 'q' }, spec: { hard: { pods: '1', 'limits.memory': '1Gi' } } },
      quiet,
    ),
    mergePatch(
      `${space}/resourcequotas/q/status`,
      {
        status: {
          hard: { pods: '1', 'limits.memory': '1Gi' },
          used: { pods: '1', 'limits.memory': '0' },
        },
      },
      quiet,
    ),
    post(inSpace, pod({}, 'second')),
    post(inSpace, limited({ memory: '2Gi' })),
    get(`${space}/resourcequotas/q`),
  ],
  'pod security': [
    post(
      '/api/v1/namespaces',
      {
        metadata: {
          name: 'twin-sec',
          labels: {
            'pod-security.kubernetes.io/enforce': 'baseline',
            'pod-security.kubernetes.io/warn': 'restricted',
          },
        },
      },
      quiet,
    ),
    post('/api/v1/namespaces/twin-sec/serviceaccounts', { metadata: { name: 'default' } }, quiet),
    post('/api/v1/namespaces/twin-sec/pods?dryRun=All', pod({})),
    post('/api/v1/namespaces/twin-sec/pods?dryRun=All', pod({ hostNetwork: true })),
    post(
      '/api/v1/namespaces/twin-sec/pods?dryRun=All',
      pod({ containers: [{ name: 'm', image: 'a', securityContext: { privileged: true } }] }),
    ),
    post('/api/v1/namespaces', {
      metadata: { name: 'twin-bad', labels: { 'pod-security.kubernetes.io/enforce': 'odd' } },
    }),
    post(inNamespace('deployments', 'apps').replace('twin', 'twin-sec'), {
      metadata: { name: 'd' },
      spec: {
        selector: { matchLabels: { a: 'b' } },
        template: {
          metadata: { labels: { a: 'b' } },
          spec: { hostNetwork: true, containers: [{ name: 'm', image: 'a' }] },
        },
      },
    }),
  ],
  'storage and classes': [
    post(
      '/apis/storage.k8s.io/v1/storageclasses',
      {
        metadata: {
          name: 'twin-default',
          annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
        },
        provisioner: 'a.example/b',
      },
      quiet,
    ),
    post(`${inNamespace('persistentvolumeclaims')}?dryRun=All`, {
      metadata: { name: 'c' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    }),
    remove('/apis/storage.k8s.io/v1/storageclasses/twin-default'),
    post(
      '/apis/networking.k8s.io/v1/ingressclasses',
      {
        metadata: {
          name: 'twin-default',
          annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
        },
        spec: { controller: 'a.example/b' },
      },
      quiet,
    ),
    post(`${inNamespace('ingresses', 'networking.k8s.io')}?dryRun=All`, {
      metadata: { name: 'i' },
      spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } } },
    }),
    remove('/apis/networking.k8s.io/v1/ingressclasses/twin-default', quiet),
  ],
});
