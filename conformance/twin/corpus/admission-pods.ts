import type { Step } from '../script.ts';
import { apply, get, inNamespace, mergePatch, post, put, quiet, remove, theme } from './steps.ts';

const pods = inNamespace('pods');
const dry = `${pods}?dryRun=All`;
const container = { name: 'main', image: 'a' };
const pod = (spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'adm', ...metadata },
  spec: { containers: [container], ...spec },
});
const accounts = inNamespace('serviceaccounts');
const classes = '/apis/node.k8s.io/v1/runtimeclasses';
const priorities = '/apis/scheduling.k8s.io/v1/priorityclasses';

const runtimeClass = (name: string, more: object): Step =>
  post(classes, { metadata: { name }, handler: 'h', ...more }, quiet);

/** Plugins that look at pods: accounts, runtime classes, priorities, tolerations, places. */
export const admissionOfPods = theme('admission', {
  'secrets of an account': [
    post(
      accounts,
      {
        metadata: {
          name: 'adm-strict',
          annotations: { 'kubernetes.io/enforce-mountable-secrets': 'true' },
        },
        secrets: [{ name: 'known' }],
        imagePullSecrets: [{ name: 'pull' }],
      },
      quiet,
    ),
    post(accounts, { metadata: { name: 'adm-quiet' }, automountServiceAccountToken: false }, quiet),
    post(dry, pod({ serviceAccountName: 'adm-strict' })),
    post(dry, pod({ serviceAccountName: 'adm-quiet' })),
    post(dry, pod({ serviceAccountName: 'adm-quiet', automountServiceAccountToken: true })),
    post(dry, pod({ serviceAccountName: 'adm-strict', imagePullSecrets: [{ name: 'other' }] })),
    ...['known', 'unknown'].flatMap((name) => [
      post(
        dry,
        pod({
          serviceAccountName: 'adm-strict',
          volumes: [{ name: 'v', secret: { secretName: name } }],
        }),
      ),
      ...['containers', 'initContainers'].flatMap((field) => [
        post(
          dry,
          pod({
            serviceAccountName: 'adm-strict',
            [field]: [
              {
                ...container,
                name: 'two',
                env: [{ name: 'E', valueFrom: { secretKeyRef: { name, key: 'k' } } }],
              },
            ],
          }),
        ),
        post(
          dry,
          pod({
            serviceAccountName: 'adm-strict',
            [field]: [{ ...container, name: 'two', envFrom: [{ secretRef: { name } }] }],
          }),
        ),
      ]),
    ]),
  ],
  'pods that show what a kubelet runs': [
    ...[
      {},
      { serviceAccountName: 'default' },
      { volumes: [{ name: 'v', secret: { secretName: 's' } }] },
      {
        volumes: [{ name: 'v', projected: { sources: [{ serviceAccountToken: { path: 't' } }] } }],
      },
      { imagePullSecrets: [{ name: 'a' }] },
    ].map((spec) =>
      post(
        dry,
        pod({ nodeName: 'n', ...spec }, { annotations: { 'kubernetes.io/config.mirror': 'x' } }),
      ),
    ),
  ],
  'mounts of the token that are there already': [
    post(
      dry,
      pod({
        containers: [
          {
            ...container,
            volumeMounts: [
              { name: 'v', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
            ],
          },
        ],
        volumes: [{ name: 'v', emptyDir: {} }],
      }),
    ),
    post(
      dry,
      pod({
        volumes: [{ name: 'kube-api-access-abcde', emptyDir: {} }],
        initContainers: [{ ...container, name: 'first' }],
      }),
    ),
  ],
  'runtime classes': [
    runtimeClass('adm-plain', {}),
    runtimeClass('adm-heavy', { overhead: { podFixed: { cpu: '250m', memory: '1Gi' } } }),
    runtimeClass('adm-light', { overhead: {} }),
    runtimeClass('adm-there', {
      scheduling: {
        nodeSelector: { place: 'there' },
        tolerations: [
          { key: 'a', operator: 'Exists' },
          { key: 'a', operator: 'Exists', effect: 'NoSchedule' },
          { operator: 'Exists', effect: 'NoExecute' },
        ],
      },
    }),
    ...['adm-plain', 'adm-heavy', 'adm-light', 'adm-there', 'adm-none'].flatMap((name) =>
      [
        {},
        { overhead: { cpu: '0.25', memory: '1024Mi' } },
        { overhead: { cpu: '1' } },
        { nodeSelector: { place: 'there', other: 'x' } },
        { nodeSelector: { place: 'here' } },
        { tolerations: [{ key: 'a', operator: 'Equal', value: 'b', effect: 'NoSchedule' }] },
      ].map((spec) => post(dry, pod({ runtimeClassName: name, ...spec }))),
    ),
    post(dry, pod({ overhead: { cpu: '1' } })),
    ...['adm-plain', 'adm-heavy', 'adm-light', 'adm-there'].map((name) =>
      remove(`${classes}/${name}`, quiet),
    ),
  ],
  priorities: [
    post(priorities, { metadata: { name: 'adm-low' }, value: 5, globalDefault: true }),
    post(priorities, { metadata: { name: 'adm-next' }, value: 6, globalDefault: true }),
    post(priorities, { metadata: { name: 'adm-never' }, value: 7, preemptionPolicy: 'Never' }),
    post(dry, pod()),
    post(dry, pod({ priority: 5 })),
    post(dry, pod({ priority: 6 })),
    post(dry, pod({ priorityClassName: 'adm-never' })),
    post(dry, pod({ priorityClassName: 'adm-never', preemptionPolicy: 'PreemptLowerPriority' })),
    mergePatch(`${priorities}/adm-never`, { globalDefault: true }),
    mergePatch(`${priorities}/adm-low`, { description: 'more', globalDefault: true }),
    remove(`${priorities}/adm-low`, quiet),
    mergePatch(`${priorities}/adm-never`, { globalDefault: true }),
    remove(`${priorities}/adm-never`, quiet),
    post(dry, pod({ preemptionPolicy: 'Never' })),
  ],
  'priorities of pods that change': [
    post(pods, pod({}, { name: 'adm-change' }), quiet),
    apply(`${pods}/adm-change?fieldManager=x&force=true`, pod({}, { name: 'adm-change' })),
    put(`${pods}/adm-change`, pod({}, { name: 'adm-change' })),
    remove(`${pods}/adm-change?gracePeriodSeconds=0`, quiet),
  ],
  tolerations: [
    ...[
      { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute' },
      { key: 'node.kubernetes.io/unreachable', operator: 'Exists' },
      { operator: 'Exists', effect: 'NoSchedule' },
      { operator: 'Exists', effect: 'NoExecute' },
    ].map((toleration) => post(dry, pod({ tolerations: [toleration] }))),
  ],
  'labels of places': [
    post(
      '/api/v1/nodes',
      {
        metadata: {
          name: 'adm-node',
          labels: {
            'topology.kubernetes.io/zone': 'z1',
            'topology.kubernetes.io/region': 'r1',
            other: 'x',
          },
        },
      },
      quiet,
    ),
    post(dry, pod({ nodeName: 'adm-node' }, { labels: { 'topology.kubernetes.io/zone': 'mine' } })),
    post(dry, pod({ nodeName: 'adm-missing' })),
    post(pods, pod({}, { name: 'adm-bound' }), quiet),
    post(`${pods}/adm-bound/binding`, {
      metadata: { name: 'adm-bound', labels: { more: 'y' } },
      target: { kind: 'Node', name: 'adm-node' },
    }),
    get(`${pods}/adm-bound`),
    remove(`${pods}/adm-bound?gracePeriodSeconds=0`, quiet),
    remove('/api/v1/nodes/adm-node', quiet),
  ],
});
