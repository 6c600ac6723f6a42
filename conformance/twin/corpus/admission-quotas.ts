import type { Step } from '../script.ts';
import { get, mergePatch, post, quiet, remove, theme } from './steps.ts';

const core = (space: string) => `/api/v1/namespaces/${space}`;
const space = (name: string): Step[] => [
  post('/api/v1/namespaces', { metadata: { name } }, quiet),
  post(`${core(name)}/serviceaccounts`, { metadata: { name: 'default' } }, quiet),
];

const zeros = (hard: object): object =>
  Object.fromEntries(Object.keys(hard).map((name) => [name, '0']));

/** A quota as its controller leaves it. */
const quota = (where: string, name: string, hard: object, more: object = {}): Step[] => [
  post(`${core(where)}/resourcequotas`, { metadata: { name }, spec: { hard, ...more } }, quiet),
  mergePatch(
    `${core(where)}/resourcequotas/${name}/status`,
    { status: { hard, used: zeros(hard) } },
    quiet,
  ),
];

const shown = (where: string, name: string): Step => get(`${core(where)}/resourcequotas/${name}`);

const pod = (name: string, resources: object = {}, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'a', resources }], ...spec },
});
const needs = (cpu: string, memory: string) => ({ requests: { cpu, memory } });

const limitRange = (where: string, name: string, ...limits: object[]): Step =>
  post(`${core(where)}/limitranges`, { metadata: { name }, spec: { limits } }, quiet);

const claim = (name: string, storage: string, more: object = {}) => ({
  metadata: { name },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } }, ...more },
});
const service = (name: string, type: string, more: object = {}) => ({
  metadata: { name },
  spec: { type, ports: [{ port: 80 }], ...more },
});

/** Quotas and limits. */
export const admissionOfQuotas = theme('admission', {
  'a quota that nobody has counted yet': [
    ...space('quo-new'),
    post(
      `${core('quo-new')}/resourcequotas`,
      { metadata: { name: 'q' }, spec: { hard: { configmaps: '0' } } },
      quiet,
    ),
    post(`${core('quo-new')}/configmaps`, { metadata: { name: 'a' } }),
    mergePatch(
      `${core('quo-new')}/resourcequotas/q/status`,
      { status: { hard: { configmaps: '0' } } },
      quiet,
    ),
    post(`${core('quo-new')}/configmaps`, { metadata: { name: 'b' } }),
  ],
  'compute of pods': [
    ...space('quo-pods'),
    ...quota('quo-pods', 'q', {
      pods: '3',
      'requests.cpu': '1',
      memory: '1Gi',
      'limits.cpu': '2',
    }),
    post(`${core('quo-pods')}/pods`, pod('silent')),
    post(`${core('quo-pods')}/pods`, pod('half', needs('100m', '100Mi'))),
    ...[
      { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '1' } },
      { requests: { cpu: '600m', memory: '512Mi' }, limits: { cpu: '1' } },
      { requests: { cpu: '500m', memory: '513Mi' }, limits: { cpu: '1' } },
      { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '1500m' } },
      { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '1' } },
      { requests: { cpu: '500m', memory: '512Mi' }, limits: { cpu: '1' } },
    ].map((resources, at) => post(`${core('quo-pods')}/pods`, pod(`p${at}`, resources))),
    post(
      `${core('quo-pods')}/pods`,
      pod(
        'inits',
        { requests: { cpu: '1m', memory: '1Mi' }, limits: { cpu: '1m' } },
        { initContainers: [{ name: 'first', image: 'a', resources: needs('10', '1Mi') }] },
      ),
    ),
    shown('quo-pods', 'q'),
    remove(`${core('quo-pods')}/pods/p0?gracePeriodSeconds=0`, quiet),
    shown('quo-pods', 'q'),
  ],
  'sidecars, overheads and whole pods': [
    ...space('quo-whole'),
    ...quota('quo-whole', 'q', { cpu: '10', 'requests.memory': '10Gi', 'limits.memory': '10Gi' }),
    post(
      `${core('quo-whole')}/pods`,
      pod(
        'side',
        { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '2Gi' } },
        {
          initContainers: [
            {
              name: 'side',
              image: 'a',
              restartPolicy: 'Always',
              resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { memory: '1Gi' } },
            },
            {
              name: 'init',
              image: 'a',
              resources: { requests: { cpu: '4', memory: '1Gi' }, limits: { memory: '1Gi' } },
            },
          ],
        },
      ),
    ),
    shown('quo-whole', 'q'),
    post(
      `${core('quo-whole')}/pods`,
      pod(
        'whole',
        {},
        {
          resources: { requests: { cpu: '2', memory: '2Gi' }, limits: { cpu: '2', memory: '2Gi' } },
        },
      ),
    ),
    shown('quo-whole', 'q'),
  ],
  'extended resources and huge pages': [
    ...space('quo-ext'),
    ...quota('quo-ext', 'q', {
      'requests.example.com/gpu': '2',
      'hugepages-2Mi': '4Mi',
      'requests.hugepages-2Mi': '8Mi',
      'requests.ephemeral-storage': '1Gi',
    }),
    ...[
      { limits: { 'example.com/gpu': '3' } },
      { limits: { 'example.com/gpu': '1' } },
      { limits: { cpu: '1', 'hugepages-2Mi': '6Mi' } },
      { limits: { cpu: '1', 'hugepages-2Mi': '4Mi' } },
      { requests: { 'ephemeral-storage': '2Gi' } },
    ].map((resources, at) => post(`${core('quo-ext')}/pods`, pod(`p${at}`, resources))),
    shown('quo-ext', 'q'),
  ],
  scopes: [
    ...space('quo-scope'),
    ...quota('quo-scope', 'best', { pods: '1' }, { scopes: ['BestEffort'] }),
    ...quota('quo-scope', 'more', { pods: '1' }, { scopes: ['NotBestEffort', 'NotTerminating'] }),
    ...quota('quo-scope', 'ending', { pods: '9' }, { scopes: ['Terminating'] }),
    ...quota(
      'quo-scope',
      'critical',
      { pods: '1' },
      {
        scopeSelector: {
          matchExpressions: [
            {
              scopeName: 'PriorityClass',
              operator: 'In',
              values: ['system-node-critical', 'system-cluster-critical'],
            },
          ],
        },
      },
    ),
    ...quota('quo-scope', 'far', { pods: '0' }, { scopes: ['CrossNamespacePodAffinity'] }),
    ...[
      pod('a'),
      pod('b'),
      pod('c', needs('1', '1')),
      pod('d', needs('1', '1')),
      pod('e', needs('1', '1'), { activeDeadlineSeconds: 5 }),
      pod('f', needs('1', '1'), { activeDeadlineSeconds: 5 }),
      pod('g', needs('1', '1'), {
        activeDeadlineSeconds: 5,
        priorityClassName: 'system-node-critical',
      }),
      pod('h', needs('1', '1'), {
        activeDeadlineSeconds: 5,
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: 'x', namespaces: ['other'], labelSelector: {} },
            ],
          },
        },
      }),
    ].map((body) => post(`${core('quo-scope')}/pods`, body)),
    ...['best', 'more', 'ending', 'critical', 'far'].map((name) => shown('quo-scope', name)),
    mergePatch(`${core('quo-scope')}/pods/c`, { spec: { activeDeadlineSeconds: 9 } }),
    shown('quo-scope', 'more'),
  ],
  'services and claims': [
    ...space('quo-net'),
    ...quota('quo-net', 'q', {
      services: '3',
      'services.nodeports': '1',
      'services.loadbalancers': '1',
      'requests.storage': '10Gi',
      persistentvolumeclaims: '2',
      'gold.storageclass.storage.k8s.io/requests.storage': '5Gi',
      'gold.storageclass.storage.k8s.io/persistentvolumeclaims': '1',
    }),
    post(`${core('quo-net')}/services`, service('a', 'NodePort')),
    post(`${core('quo-net')}/services`, service('b', 'NodePort')),
    post(`${core('quo-net')}/services`, service('c', 'LoadBalancer')),
    post(
      `${core('quo-net')}/services`,
      service('d', 'LoadBalancer', { allocateLoadBalancerNodePorts: false }),
    ),
    post(`${core('quo-net')}/services`, service('e', 'ClusterIP')),
    mergePatch(`${core('quo-net')}/services/e`, { spec: { type: 'NodePort' } }),
    mergePatch(`${core('quo-net')}/services/e`, { metadata: { labels: { a: 'b' } } }),
    post(`${core('quo-net')}/services`, service('f', 'ClusterIP')),
    post(
      `${core('quo-net')}/persistentvolumeclaims`,
      claim('a', '6Gi', { storageClassName: 'gold' }),
    ),
    post(
      `${core('quo-net')}/persistentvolumeclaims`,
      claim('b', '5Gi', { storageClassName: 'gold' }),
    ),
    post(
      `${core('quo-net')}/persistentvolumeclaims`,
      claim('c', '1Gi', { storageClassName: 'gold' }),
    ),
    post(`${core('quo-net')}/persistentvolumeclaims`, claim('d', '6Gi')),
    post(`${core('quo-net')}/persistentvolumeclaims`, claim('e', '1500m')),
    post(`${core('quo-net')}/persistentvolumeclaims`, claim('f', '1')),
    shown('quo-net', 'q'),
  ],
  counts: [
    ...space('quo-count'),
    ...quota('quo-count', 'q', {
      'count/deployments.apps': '1',
      'count/configmaps': '2',
      configmaps: '1',
      'count/leases.coordination.k8s.io': '0',
    }),
    ...quota('quo-count', 'z', { secrets: '0' }),
    post(`${core('quo-count')}/configmaps`, { metadata: { name: 'a' } }),
    post(`${core('quo-count')}/configmaps`, { metadata: { name: 'a' } }),
    post(`${core('quo-count')}/configmaps?dryRun=All`, { metadata: { generateName: 'made-' } }),
    post(`${core('quo-count')}/secrets`, { metadata: { name: 'a' } }),
    post('/apis/coordination.k8s.io/v1/namespaces/quo-count/leases', { metadata: { name: 'a' } }),
    post(`${core('quo-count')}/serviceaccounts`, { metadata: { name: 'a' } }),
    shown('quo-count', 'q'),
    shown('quo-count', 'z'),
  ],
  'limits of containers, pods and claims': [
    ...space('lim-all'),
    limitRange(
      'lim-all',
      'a',
      {
        type: 'Container',
        default: { cpu: '500m' },
        defaultRequest: { cpu: '100m' },
        max: { cpu: '1' },
        min: { cpu: '50m' },
        maxLimitRequestRatio: { cpu: '10' },
      },
      { type: 'Pod', max: { memory: '1Gi' } },
      { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '2Gi' } },
    ),
    ...[
      { requests: { memory: '1Mi' }, limits: { memory: '1Mi' } },
      { limits: { cpu: '2', memory: '1Mi' } },
      { limits: { cpu: '10m', memory: '1Mi' } },
      { requests: { cpu: '50m' }, limits: { cpu: '1', memory: '1Mi' } },
      { requests: { cpu: '75m' }, limits: { cpu: '1', memory: '1Mi' } },
      { limits: { cpu: '100m', memory: '2Gi' } },
      { limits: { cpu: '100m' } },
    ].map((resources, at) => post(`${core('lim-all')}/pods?dryRun=All`, pod(`p${at}`, resources))),
    post(
      `${core('lim-all')}/pods?dryRun=All`,
      pod(
        'two',
        { limits: { memory: '512Mi' } },
        {
          initContainers: [
            { name: 'init', image: 'a', resources: { limits: { memory: '2Gi' } } },
            {
              name: 'side',
              image: 'a',
              restartPolicy: 'Always',
              resources: { limits: { memory: '1Mi' } },
            },
          ],
        },
      ),
    ),
    post(
      `${core('lim-all')}/pods?dryRun=All`,
      pod('whole', {}, { resources: { limits: { cpu: '1', memory: '2Gi' } } }),
    ),
    ...['500Mi', '1Gi', '3Gi'].map((storage) =>
      post(`${core('lim-all')}/persistentvolumeclaims?dryRun=All`, claim('c', storage)),
    ),
  ],
  'several limit ranges': [
    ...space('lim-two'),
    limitRange('lim-two', 'a', { type: 'Container', default: { memory: '1Gi' } }),
    limitRange('lim-two', 'b', {
      type: 'Container',
      min: { 'ephemeral-storage': '1Gi' },
      max: { 'ephemeral-storage': '2Gi' },
    }),
    post(
      `${core('lim-two')}/pods?dryRun=All`,
      pod('p', {}, { initContainers: [{ name: 'init', image: 'a' }] }),
    ),
    post(
      `${core('lim-two')}/pods?dryRun=All`,
      pod('p', { limits: { 'ephemeral-storage': '3Gi' } }),
    ),
  ],
});
