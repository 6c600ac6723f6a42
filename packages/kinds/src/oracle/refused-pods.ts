import { container, type OracleCase, pod, selector, withContainer } from './builders.ts';

/** Pods that are refused: the answer shows fields and wording. */
export const refusedPods: readonly OracleCase[] = [
  { name: 'pod without containers', object: pod({ containers: [] }) },
  { name: 'container without image', object: pod({ containers: [{ name: 'a' }] }) },
  { name: 'container without name', object: pod({ containers: [{ image: 'a' }] }) },
  { name: 'container with a bad name', object: withContainer({ name: 'A_b' }) },
  { name: 'two containers of one name', object: pod({ containers: [container, container] }) },
  { name: 'bad pull policy', object: withContainer({ imagePullPolicy: 'Sometimes' }) },
  { name: 'bad restart policy', object: pod({ restartPolicy: 'Maybe' }) },
  { name: 'bad DNS policy', object: pod({ dnsPolicy: 'Foo' }) },
  { name: 'DNS policy None without servers', object: pod({ dnsPolicy: 'None' }) },
  { name: 'bad container port', object: withContainer({ ports: [{ containerPort: 70000 }] }) },
  { name: 'missing container port', object: withContainer({ ports: [{ name: 'a' }] }) },
  {
    name: 'bad port name and protocol',
    object: withContainer({ ports: [{ containerPort: 1, name: 'NO_NAME', protocol: 'X' }] }),
  },
  {
    name: 'port name twice',
    object: withContainer({
      ports: [
        { containerPort: 1, name: 'a' },
        { containerPort: 2, name: 'a' },
      ],
    }),
  },
  { name: 'environment variable without name', object: withContainer({ env: [{ value: 'x' }] }) },
  { name: 'environment variable with =', object: withContainer({ env: [{ name: 'a=b' }] }) },
  {
    name: 'environment from an unknown field',
    object: withContainer({
      env: [{ name: 'a', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } }],
    }),
  },
  {
    name: 'environment from a field without support',
    object: withContainer({
      env: [{ name: 'a', valueFrom: { fieldRef: { fieldPath: 'spec.hostNetwork' } } }],
    }),
  },
  {
    name: 'environment from nowhere',
    object: withContainer({ env: [{ name: 'a', valueFrom: {} }] }),
  },
  {
    name: 'environment value and source',
    object: withContainer({
      env: [
        { name: 'a', value: 'b', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
        { name: 'b', valueFrom: { configMapKeyRef: { name: 'a', key: '' } } },
      ],
    }),
  },
  {
    name: 'mount of an unknown volume',
    object: withContainer({ volumeMounts: [{ name: 'x', mountPath: '/x' }] }),
  },
  {
    name: 'mounts at one path',
    object: pod({
      volumes: [{ name: 'x' }],
      containers: [
        {
          ...container,
          volumeMounts: [
            { name: 'x', mountPath: '/x' },
            { name: 'x', mountPath: '/x', subPath: '/abs' },
            { name: 'x', subPath: '../up', mountPath: '/y' },
            { name: 'x', mountPath: '' },
          ],
        },
      ],
    }),
  },
  {
    name: 'volumes of one name, and with two sources',
    object: pod({
      volumes: [
        { name: 'x', emptyDir: {} },
        { name: 'x', emptyDir: {}, hostPath: { path: '/a' } },
        { name: 'Y', secret: {} },
        { name: 'z', hostPath: { path: '' } },
        { name: 'n', nfs: { server: '', path: 'rel' } },
        { name: 'c', configMap: { name: 'a', defaultMode: 99999 } },
        { name: 'p', persistentVolumeClaim: { claimName: '' } },
      ],
    }),
  },
  {
    name: 'request over limit',
    object: withContainer({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
  },
  { name: 'negative limit', object: withContainer({ resources: { limits: { cpu: '-1' } } }) },
  { name: 'unknown resource', object: withContainer({ resources: { limits: { foo: '1' } } }) },
  {
    name: 'extended resource without limit',
    object: withContainer({ resources: { requests: { 'a.example/gpu': '1' } } }),
  },
  { name: 'probe without handler', object: withContainer({ livenessProbe: {} }) },
  {
    name: 'liveness with two successes',
    object: withContainer({ livenessProbe: { exec: { command: ['a'] }, successThreshold: 2 } }),
  },
  {
    name: 'probe with two handlers and bad numbers',
    object: withContainer({
      readinessProbe: { exec: { command: [] }, tcpSocket: { port: 0 }, timeoutSeconds: -1 },
    }),
  },
  { name: 'bad toleration', object: pod({ tolerations: [{ operator: 'Foo', key: 'a' }] }) },
  {
    name: 'toleration for all without Exists',
    object: pod({ tolerations: [{ effect: 'NoSchedule' }] }),
  },
  {
    name: 'toleration seconds without NoExecute',
    object: pod({ tolerations: [{ key: 'a', effect: 'NoSchedule', tolerationSeconds: 3 }] }),
  },
  {
    name: 'toleration Exists with value',
    object: pod({ tolerations: [{ key: 'a', operator: 'Exists', value: 'x' }] }),
  },
  { name: 'bad node selector', object: pod({ nodeSelector: { 'a b': 'c d' } }) },
  {
    name: 'bad node affinity',
    object: pod({
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: 'a', operator: 'In' }] }],
          },
        },
      },
    }),
  },
  {
    name: 'pod affinity without topology',
    object: pod({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [{ labelSelector: selector }],
        },
      },
    }),
  },
  {
    name: 'bad spread',
    object: pod({ topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '' }] }),
  },
  { name: 'bad deadline', object: pod({ activeDeadlineSeconds: 0 }) },
  { name: 'negative grace period', object: pod({ terminationGracePeriodSeconds: -1 }) },
  { name: 'bad host names', object: pod({ hostname: 'A.b', subdomain: '-x' }) },
  {
    name: 'bad security context',
    object: pod({
      securityContext: { runAsUser: -5, seccompProfile: { type: 'Localhost' } },
      containers: [
        { ...container, securityContext: { allowPrivilegeEscalation: false, privileged: true } },
      ],
    }),
  },
  {
    name: 'init container with a probe',
    object: pod({
      initContainers: [{ name: 'i', image: 'x', livenessProbe: { exec: { command: ['a'] } } }],
    }),
  },
  {
    name: 'init container named as a container',
    object: pod({ initContainers: [{ name: 'main', image: 'x' }] }),
  },
  {
    name: 'host ports in conflict',
    object: pod({
      containers: [
        { ...container, ports: [{ containerPort: 1, hostPort: 5 }] },
        { name: 'b', image: 'x', ports: [{ containerPort: 2, hostPort: 5 }] },
      ],
    }),
  },
  { name: 'host alias without IP', object: pod({ hostAliases: [{ ip: 'x', hostnames: ['A'] }] }) },
];
