import type { Step } from '../script.ts';
import { mergePatch, post, quiet, remove, theme } from './steps.ts';

const label = 'pod-security.kubernetes.io/';
const namespaces = '/api/v1/namespaces';
const labelled = (labels: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(labels).map(([key, value]) => [`${label}${key}`, value]));

const space = (name: string, labels: Record<string, string>): Step[] => [
  post(namespaces, { metadata: { name, labels: labelled(labels) } }, quiet),
  post(`${namespaces}/${name}/serviceaccounts`, { metadata: { name: 'default' } }, quiet),
];

const one = { name: 'one', image: 'a' };
const two = { name: 'two', image: 'a' };
const pod = (spec: object, annotations: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p', annotations },
  spec: { containers: [one], ...spec },
});
const inContainer = (securityContext: object) =>
  pod({
    containers: [
      { ...one, securityContext },
      { ...two, securityContext },
    ],
  });

const safe = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  runAsNonRoot: true,
  seccompProfile: { type: 'RuntimeDefault' },
};

/** A pod for each thing that a level of the standards looks at. */
const offenders = [
  pod({}),
  inContainer(safe),
  pod({ hostNetwork: true, hostPID: true, hostIPC: true }),
  inContainer({ privileged: true }),
  inContainer({ capabilities: { add: ['NET_ADMIN', 'CHOWN', 'BPF'] } }),
  inContainer({ ...safe, capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] } }),
  inContainer({ ...safe, capabilities: { drop: ['ALL'], add: ['CHOWN', 'BPF'] } }),
  pod({ volumes: [{ name: 'v', hostPath: { path: '/' } }] }),
  pod({
    volumes: [
      { name: 'v', hostPath: { path: '/' } },
      { name: 'n', nfs: { server: 's', path: '/' } },
      { name: 'e', emptyDir: {} },
    ],
  }),
  pod({ containers: [{ ...one, ports: [{ containerPort: 80, hostPort: 80 }] }] }),
  pod({
    containers: [
      { ...one, ports: [{ containerPort: 80, hostPort: 8080 }] },
      { ...two, ports: [{ containerPort: 81, hostPort: 443 }] },
    ],
  }),
  pod({ containers: [{ ...one, livenessProbe: { httpGet: { host: 'h', port: 80 } } }] }),
  pod({
    containers: [
      { ...one, lifecycle: { preStop: { tcpSocket: { host: 'b', port: 80 } } } },
      { ...two, startupProbe: { tcpSocket: { host: 'a', port: 80 } } },
    ],
  }),
  pod({ hostUsers: false, containers: [{ ...one, securityContext: { procMount: 'Unmasked' } }] }),
  pod({ securityContext: { seLinuxOptions: { type: 'x', user: 'u' } } }),
  inContainer({ seLinuxOptions: { type: 'container_engine_t' } }),
  inContainer({ seLinuxOptions: { role: 'r' } }),
  pod({ securityContext: { seccompProfile: { type: 'Unconfined' } } }),
  inContainer({ seccompProfile: { type: 'Unconfined' } }),
  pod({ securityContext: { appArmorProfile: { type: 'Unconfined' } } }),
  inContainer({ appArmorProfile: { type: 'Unconfined' } }),
  pod({
    securityContext: {
      sysctls: [
        { name: 'kernel.msgmax', value: '1' },
        { name: 'net.ipv4.tcp_rmem', value: '1' },
        { name: 'net.ipv4.tcp_keepalive_time', value: '1' },
      ],
    },
  }),
  pod({ securityContext: { runAsNonRoot: false } }),
  pod({ securityContext: { runAsNonRoot: true, runAsUser: 0 } }),
  inContainer({ runAsNonRoot: false }),
  inContainer({ runAsUser: 0 }),
  pod({ hostUsers: false, securityContext: { runAsUser: 0 } }),
  pod({ os: { name: 'windows' } }),
  pod({
    os: { name: 'windows' },
    hostNetwork: true,
    securityContext: { windowsOptions: { hostProcess: true } },
  }),
  pod({ initContainers: [{ ...two, securityContext: { privileged: true } }] }),
];

/** What was said in annotations once. */
const annotated = [
  pod({}, { 'container.apparmor.security.beta.kubernetes.io/one': 'unconfined' }),
  pod({}, { 'seccomp.security.alpha.kubernetes.io/pod': 'unconfined' }),
  pod({}, { 'container.seccomp.security.alpha.kubernetes.io/one': 'localhost/a' }),
];

const template = (spec: object) => ({ metadata: { labels: { a: 'b' } }, spec });
const workload = (spec: object) => ({
  metadata: { name: 'w' },
  spec: { selector: { matchLabels: { a: 'b' } }, template: template(spec) },
});
const bad = { hostNetwork: true, containers: [one] };

const versions = ['v1.0', 'v1.8', 'v1.19', 'v1.22', 'v1.25', 'v1.29', 'v1.34', 'v1.99', 'latest'];

const oddLabels: Record<string, string>[] = [
  { enforce: 'odd' },
  { warn: 'odd', audit: 'odd' },
  { 'enforce-version': '1.2', 'warn-version': 'v1.02', 'audit-version': 'v2.0' },
  { enforce: 'restricted', 'enforce-version': 'v1.999' },
];

/** Pod Security Standards: labels, levels, versions, workloads, pods that are there. */
export const admissionOfSecurity = theme('admission', {
  'labels of namespaces': [
    ...oddLabels.map((labels) =>
      post(`${namespaces}?dryRun=All`, { metadata: { name: 'sec-x', labels: labelled(labels) } }),
    ),
    ...space('sec-labels', {}),
    mergePatch(`${namespaces}/sec-labels`, { metadata: { labels: labelled({ warn: 'odd' }) } }),
  ],
  'pods that are there': [
    ...space('sec-old', {}),
    post(`${namespaces}/sec-old/pods`, { ...pod(bad), metadata: { name: 'b' } }, quiet),
    post(`${namespaces}/sec-old/pods`, { ...pod(bad), metadata: { name: 'a' } }, quiet),
    post(`${namespaces}/sec-old/pods`, { ...pod({}), metadata: { name: 'c' } }, quiet),
    ...['baseline', 'restricted', 'privileged'].map((enforce) =>
      mergePatch(`${namespaces}/sec-old`, { metadata: { labels: labelled({ enforce }) } }),
    ),
    mergePatch(`${namespaces}/sec-old`, {
      metadata: { labels: labelled({ enforce: 'restricted', 'enforce-version': 'v1.20' }) },
    }),
    mergePatch(`${namespaces}/sec-old/pods/b`, { metadata: { labels: { x: 'y' } } }),
    mergePatch(`${namespaces}/sec-old/pods/b`, {
      spec: { containers: [{ name: 'one', image: 'other' }] },
    }),
    ...['a', 'b', 'c'].map((name) =>
      remove(`${namespaces}/sec-old/pods/${name}?gracePeriodSeconds=0`, quiet),
    ),
  ],
  ...Object.fromEntries(
    ['baseline', 'restricted'].flatMap((level) =>
      versions.map((version): [string, Step[]] => {
        const name = `sec-${level}-${version.replace('.', '-')}`;
        return [
          `${level} of ${version}`,
          [
            ...space(name, { enforce: level, 'enforce-version': version }),
            ...offenders.map((body) => post(`${namespaces}/${name}/pods?dryRun=All`, body)),
          ],
        ];
      }),
    ),
  ),
  annotations: ['v1.18', 'latest'].flatMap((version) => {
    const name = `sec-notes-${version.replace('.', '-')}`;
    return [
      ...space(name, { enforce: 'baseline', 'enforce-version': version }),
      ...annotated.map((body) => post(`${namespaces}/${name}/pods?dryRun=All`, body)),
    ];
  }),
  workloads: [
    ...space('sec-work', { enforce: 'baseline', 'enforce-version': 'v1.30' }),
    ...['deployments', 'replicasets', 'daemonsets', 'statefulsets'].map((resource) =>
      post(`/apis/apps/v1/namespaces/sec-work/${resource}?dryRun=All`, workload(bad)),
    ),
    post('/apis/batch/v1/namespaces/sec-work/jobs?dryRun=All', {
      metadata: { name: 'w' },
      spec: { template: template({ ...bad, restartPolicy: 'Never' }) },
    }),
    post('/apis/batch/v1/namespaces/sec-work/cronjobs?dryRun=All', {
      metadata: { name: 'w' },
      spec: {
        schedule: '* * * * *',
        jobTemplate: { spec: { template: template({ ...bad, restartPolicy: 'Never' }) } },
      },
    }),
    post(`${namespaces}/sec-work/podtemplates?dryRun=All`, {
      metadata: { name: 'w' },
      template: template(bad),
    }),
    post(`${namespaces}/sec-work/replicationcontrollers?dryRun=All`, {
      metadata: { name: 'w' },
      spec: { selector: { a: 'b' }, template: template(bad) },
    }),
    ...space('sec-both', { enforce: 'baseline', warn: 'restricted', audit: 'restricted' }),
    post(`${namespaces}/sec-both/pods?dryRun=All`, pod({})),
    post(`${namespaces}/sec-both/pods?dryRun=All`, pod(bad)),
    ...space('sec-less', { enforce: 'restricted', warn: 'privileged' }),
    post('/apis/apps/v1/namespaces/sec-less/deployments?dryRun=All', workload(bad)),
  ],
});
