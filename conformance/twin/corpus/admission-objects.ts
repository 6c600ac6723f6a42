import { get, inNamespace, mergePatch, post, put, quiet, remove, theme } from './steps.ts';

const claims = inNamespace('persistentvolumeclaims');
const classes = '/apis/storage.k8s.io/v1/storageclasses';
const ingressClasses = '/apis/networking.k8s.io/v1/ingressclasses';
const ingresses = inNamespace('ingresses', 'networking.k8s.io');

const claim = (name: string, more: object = {}) => ({
  metadata: { name },
  spec: {
    accessModes: ['ReadWriteOnce'],
    resources: { requests: { storage: '1Gi' } },
    ...more,
  },
});
const ingress = (more: object = {}, metadata: object = {}) => ({
  metadata: { name: 'adm', ...metadata },
  spec: { defaultBackend: { service: { name: 'a', port: { number: 80 } } }, ...more },
});
const bound = { status: { phase: 'Bound' } };
const larger = { spec: { resources: { requests: { storage: '2Gi' } } } };

/** Plugins that look at other objects: classes, sizes, namespaces. */
export const admissionOfObjects = theme('admission', {
  'default ingress classes': [
    ...['adm-b', 'adm-a'].map((name) =>
      post(
        ingressClasses,
        {
          metadata: {
            name,
            annotations: { 'ingressclass.kubernetes.io/is-default-class': 'true' },
          },
          spec: { controller: 'a.example/b' },
        },
        quiet,
      ),
    ),
    post(`${ingresses}?dryRun=All`, ingress({ ingressClassName: 'mine' })),
    post(
      `${ingresses}?dryRun=All`,
      ingress({}, { annotations: { 'kubernetes.io/ingress.class': 'old' } }),
    ),
    remove(`${ingressClasses}/adm-b`, quiet),
    post(`${ingresses}?dryRun=All`, ingress()),
    remove(`${ingressClasses}/adm-a`, quiet),
    post(`${ingresses}?dryRun=All`, ingress()),
  ],
  'claims that grow': [
    post(classes, { metadata: { name: 'adm-fixed' }, provisioner: 'a.example/b' }, quiet),
    post(
      classes,
      { metadata: { name: 'adm-grows' }, provisioner: 'a.example/b', allowVolumeExpansion: true },
      quiet,
    ),
    ...['adm-fixed', 'adm-grows', 'adm-none'].flatMap((name) => [
      post(claims, claim(name, { storageClassName: name }), quiet),
      mergePatch(`${claims}/${name}`, larger),
      mergePatch(`${claims}/${name}/status`, bound, quiet),
      mergePatch(`${claims}/${name}`, { spec: { volumeName: 'v' } }, quiet),
      mergePatch(`${claims}/${name}`, larger),
      mergePatch(`${claims}/${name}`, { metadata: { finalizers: null } }, quiet),
      remove(`${claims}/${name}`, quiet),
    ]),
    remove(`${classes}/adm-fixed`, quiet),
    remove(`${classes}/adm-grows`, quiet),
  ],
  'namespaces that are not there, or must stay': [
    post('/api/v1/namespaces/adm-absent/configmaps', { metadata: { name: 'a' } }),
    put('/api/v1/namespaces/adm-absent/configmaps/a', { metadata: { name: 'a' } }),
    mergePatch('/api/v1/namespaces/adm-absent/configmaps/a', { data: {} }),
    remove('/api/v1/namespaces/adm-absent/configmaps/a'),
    post('/apis/authorization.k8s.io/v1/namespaces/adm-absent/localsubjectaccessreviews', {
      metadata: { namespace: 'adm-absent' },
      spec: {
        user: 'a',
        resourceAttributes: { namespace: 'adm-absent', verb: 'get', resource: 'pods' },
      },
    }),
    ...['default', 'kube-system', 'kube-public'].map((name) =>
      remove(`/api/v1/namespaces/${name}`),
    ),
  ],
  'a namespace that ends': [
    post('/api/v1/namespaces', { metadata: { name: 'adm-ends' } }, quiet),
    post('/api/v1/namespaces/adm-ends/serviceaccounts', { metadata: { name: 'default' } }, quiet),
    post('/api/v1/namespaces/adm-ends/configmaps', { metadata: { name: 'a' } }, quiet),
    remove('/api/v1/namespaces/adm-ends', quiet),
    post('/api/v1/namespaces/adm-ends/configmaps', { metadata: { name: 'b' } }),
    post('/api/v1/namespaces/adm-ends/configmaps', { metadata: { generateName: 'made-' } }),
    mergePatch('/api/v1/namespaces/adm-ends/configmaps/a', { data: { a: 'b' } }),
    post('/api/v1/namespaces/adm-ends/serviceaccounts/default/token', {
      spec: { audiences: [], expirationSeconds: 600 },
    }),
    get('/api/v1/namespaces/adm-ends'),
  ],
});
