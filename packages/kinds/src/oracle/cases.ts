import type { KubeObject } from '@dormice/apimachinery';

/** An object that is sent to a real kube-apiserver, once, when the answers are recorded. */
export interface OracleCase {
  /** What it shows; the key of the recorded answer. */
  name: string;
  object: KubeObject;
}

type Body = Omit<Partial<KubeObject>, 'metadata'> & { metadata?: KubeObject['metadata'] };

function object(apiVersion: string, kind: string, body: Body): KubeObject {
  return { apiVersion, kind, ...body, metadata: { name: 'sample', ...body.metadata } };
}

const container = { name: 'main', image: 'registry.example/app:1.0' };
const labels = { app: 'sample' };
const template = { metadata: { labels }, spec: { containers: [container] } };
const selector = { matchLabels: labels };
const pod = (spec: object): KubeObject =>
  object('v1', 'Pod', {
    spec: { automountServiceAccountToken: false, containers: [container], ...spec },
  });
const container1 = (more: object): KubeObject => pod({ containers: [{ ...container, ...more }] });
const deployment = (spec: object): KubeObject =>
  object('apps/v1', 'Deployment', { spec: { selector, template, ...spec } });
const service = (spec: object): KubeObject => object('v1', 'Service', { spec });
const job = (spec: object): KubeObject =>
  object('batch/v1', 'Job', {
    spec: { template: { spec: { containers: [container], restartPolicy: 'Never' } }, ...spec },
  });
const cronJob = (spec: object): KubeObject =>
  object('batch/v1', 'CronJob', {
    spec: {
      schedule: '*/5 * * * *',
      jobTemplate: {
        spec: { template: { spec: { containers: [container], restartPolicy: 'OnFailure' } } },
      },
      ...spec,
    },
  });
const claim = (spec: object): KubeObject =>
  object('v1', 'PersistentVolumeClaim', {
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'x',
      resources: { requests: { storage: '1Gi' } },
      ...spec,
    },
  });
const crd = (spec: object): KubeObject =>
  object('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    metadata: { name: 'widgets.shop.example' },
    spec: {
      group: 'shop.example',
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget' },
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object' } },
        },
      ],
      ...spec,
    },
  });

/** Objects that are accepted: the answer shows the defaults. */
const accepted: OracleCase[] = [
  { name: 'a small pod', object: pod({}) },
  {
    name: 'a pod with much in it',
    object: pod({
      initContainers: [{ name: 'side', image: 'x@sha256:abc', restartPolicy: 'Always' }],
      containers: [
        {
          name: 'main',
          image: 'x:latest',
          ports: [{ containerPort: 80 }],
          env: [
            { name: 'A', value: '' },
            { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
            { name: 'CPU', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
          ],
          resources: { limits: { cpu: '1', memory: '1024Mi' }, requests: { cpu: '0.5' } },
          livenessProbe: { httpGet: { port: 80 } },
          readinessProbe: { grpc: { port: 81 }, periodSeconds: 3 },
          startupProbe: { tcpSocket: { port: 'web' } },
          lifecycle: { preStop: { httpGet: { port: 80 } } },
          volumeMounts: [{ name: 'a', mountPath: '/a' }],
          securityContext: { privileged: true },
        },
        { name: 'second', image: 'x' },
      ],
      volumes: [
        { name: 'a' },
        { name: 'b', configMap: { name: 'c' } },
        { name: 'c', secret: { secretName: 'c' } },
        { name: 'd', hostPath: { path: '/x' } },
        {
          name: 'e',
          projected: {
            sources: [
              { serviceAccountToken: { path: 't' } },
              {
                downwardAPI: { items: [{ path: 'l', fieldRef: { fieldPath: 'metadata.labels' } }] },
              },
            ],
          },
        },
        {
          name: 'f',
          downwardAPI: {
            items: [
              { path: 'c', resourceFieldRef: { containerName: 'main', resource: 'limits.cpu' } },
            ],
          },
        },
        {
          name: 'g',
          ephemeral: {
            volumeClaimTemplate: {
              spec: {
                accessModes: ['ReadWriteOnce'],
                resources: { requests: { storage: '1Gi' } },
              },
            },
          },
        },
      ],
    }),
  },
  {
    name: 'a pod on the host network',
    object: pod({
      hostNetwork: true,
      containers: [{ ...container, ports: [{ containerPort: 8080 }] }],
    }),
  },
  { name: 'a pod with scheduling gates', object: pod({ schedulingGates: [{ name: 'a/b' }] }) },
  {
    name: 'a guaranteed pod',
    object: container1({ resources: { limits: { cpu: '100m', memory: '1Gi' } } }),
  },
  { name: 'a deployment', object: deployment({}) },
  {
    name: 'a deployment that recreates',
    object: deployment({ replicas: 0, strategy: { type: 'Recreate' } }),
  },
  {
    name: 'a replica set',
    object: object('apps/v1', 'ReplicaSet', { spec: { selector, template } }),
  },
  {
    name: 'a stateful set',
    object: object('apps/v1', 'StatefulSet', {
      spec: {
        selector,
        template,
        serviceName: 'x',
        volumeClaimTemplates: [
          {
            metadata: { name: 'data' },
            spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
          },
        ],
      },
    }),
  },
  {
    name: 'a daemon set',
    object: object('apps/v1', 'DaemonSet', { spec: { selector, template } }),
  },
  { name: 'a job', object: job({}) },
  { name: 'an indexed job', object: job({ completionMode: 'Indexed', completions: 3 }) },
  { name: 'a cron job', object: cronJob({}) },
  {
    name: 'a replication controller',
    object: object('v1', 'ReplicationController', { spec: { template } }),
  },
  { name: 'a service', object: service({ selector: labels, ports: [{ port: 80 }] }) },
  {
    name: 'a node port service with affinity',
    object: service({
      type: 'NodePort',
      sessionAffinity: 'ClientIP',
      ports: [{ port: 80, targetPort: 'web', name: 'a' }],
    }),
  },
  { name: 'a load balancer', object: service({ type: 'LoadBalancer', ports: [{ port: 80 }] }) },
  {
    name: 'an external name',
    object: service({ type: 'ExternalName', externalName: 'a.example' }),
  },
  { name: 'a config map', object: object('v1', 'ConfigMap', { data: { a: 'b' } }) },
  { name: 'a secret', object: object('v1', 'Secret', { stringData: { a: 'b' } }) },
  {
    name: 'a namespace',
    object: object('v1', 'Namespace', { metadata: { name: 'kinds-sample' } }),
  },
  { name: 'a claim', object: claim({}) },
  {
    name: 'a volume',
    object: object('v1', 'PersistentVolume', {
      spec: {
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: '/a' },
      },
    }),
  },
  { name: 'a service account', object: object('v1', 'ServiceAccount', {}) },
  {
    name: 'a limit range',
    object: object('v1', 'LimitRange', {
      spec: { limits: [{ type: 'Container', max: { cpu: '2' }, min: { cpu: '1' } }] },
    }),
  },
  {
    name: 'a quota',
    object: object('v1', 'ResourceQuota', { spec: { hard: { pods: '3', cpu: '1000m' } } }),
  },
  {
    name: 'endpoints',
    object: object('v1', 'Endpoints', {
      subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }],
    }),
  },
  {
    name: 'an endpoint slice',
    object: object('discovery.k8s.io/v1', 'EndpointSlice', {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['10.1.2.3'] }],
      ports: [{ port: 80 }],
    }),
  },
  {
    name: 'an autoscaler',
    object: object('autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: {
        maxReplicas: 3,
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' },
        behavior: { scaleUp: { stabilizationWindowSeconds: 5 } },
      },
    }),
  },
  {
    name: 'a network policy',
    object: object('networking.k8s.io/v1', 'NetworkPolicy', {
      spec: { podSelector: {}, egress: [{ ports: [{ port: 80 }] }] },
    }),
  },
  {
    name: 'an ingress',
    object: object('networking.k8s.io/v1', 'Ingress', {
      spec: {
        rules: [
          {
            host: 'a.example',
            http: {
              paths: [
                {
                  path: '/',
                  pathType: 'Prefix',
                  backend: { service: { name: 'web', port: { number: 80 } } },
                },
              ],
            },
          },
        ],
      },
    }),
  },
  {
    name: 'an ingress class',
    object: object('networking.k8s.io/v1', 'IngressClass', {
      spec: { controller: 'a.example/b', parameters: { kind: 'P', name: 'p' } },
    }),
  },
  {
    name: 'a disruption budget',
    object: object('policy/v1', 'PodDisruptionBudget', { spec: { minAvailable: 1, selector } }),
  },
  {
    name: 'a role',
    object: object('rbac.authorization.k8s.io/v1', 'Role', {
      rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
    }),
  },
  {
    name: 'a role binding',
    object: object('rbac.authorization.k8s.io/v1', 'RoleBinding', {
      roleRef: { kind: 'Role', name: 'x', apiGroup: 'rbac.authorization.k8s.io' },
      subjects: [
        { kind: 'User', name: 'u' },
        { kind: 'ServiceAccount', name: 's', namespace: 'n' },
      ],
    }),
  },
  {
    name: 'a cluster role binding',
    object: object('rbac.authorization.k8s.io/v1', 'ClusterRoleBinding', {
      roleRef: { kind: 'ClusterRole', name: 'view', apiGroup: 'rbac.authorization.k8s.io' },
      subjects: [{ kind: 'Group', name: 'g' }],
    }),
  },
  {
    name: 'a storage class',
    object: object('storage.k8s.io/v1', 'StorageClass', { provisioner: 'a.example/b' }),
  },
  {
    name: 'a CSI driver',
    object: object('storage.k8s.io/v1', 'CSIDriver', { spec: {} }),
  },
  {
    name: 'a priority class',
    object: object('scheduling.k8s.io/v1', 'PriorityClass', { value: 5 }),
  },
  {
    name: 'a runtime class',
    object: object('node.k8s.io/v1', 'RuntimeClass', { handler: 'runc' }),
  },
  {
    name: 'a lease',
    object: object('coordination.k8s.io/v1', 'Lease', { spec: { leaseDurationSeconds: 3 } }),
  },
  { name: 'a CRD', object: crd({}) },
  {
    name: 'a mutating webhook',
    object: object('admissionregistration.k8s.io/v1', 'MutatingWebhookConfiguration', {
      webhooks: [
        {
          name: 'a.b.example',
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          clientConfig: { service: { name: 'a', namespace: 'b' } },
          rules: [
            { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] },
          ],
        },
      ],
    }),
  },
  {
    name: 'an admission policy',
    object: object('admissionregistration.k8s.io/v1', 'ValidatingAdmissionPolicy', {
      spec: {
        matchConstraints: {
          resourceRules: [
            { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] },
          ],
        },
        validations: [{ expression: 'true' }],
      },
    }),
  },
  {
    name: 'an API service',
    object: object('apiregistration.k8s.io/v1', 'APIService', {
      metadata: { name: 'v1.shop.example' },
      spec: {
        group: 'shop.example',
        version: 'v1',
        groupPriorityMinimum: 100,
        versionPriority: 10,
        service: { name: 'a', namespace: 'b' },
      },
    }),
  },
  {
    name: 'an event',
    object: object('v1', 'Event', {
      involvedObject: { kind: 'Pod', name: 'x', namespace: 'kinds-oracle' },
      reason: 'R',
      message: 'm',
      type: 'Normal',
    }),
  },
  {
    name: 'a flow schema',
    object: object('flowcontrol.apiserver.k8s.io/v1', 'FlowSchema', {
      spec: { priorityLevelConfiguration: { name: 'global-default' } },
    }),
  },
  {
    name: 'a priority level',
    object: object('flowcontrol.apiserver.k8s.io/v1', 'PriorityLevelConfiguration', {
      spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } },
    }),
  },
];

/** Objects that are refused: the answer shows fields and wording. */
const refused: OracleCase[] = [
  { name: 'pod without containers', object: pod({ containers: [] }) },
  { name: 'container without image', object: pod({ containers: [{ name: 'a' }] }) },
  { name: 'container without name', object: pod({ containers: [{ image: 'a' }] }) },
  { name: 'container with a bad name', object: container1({ name: 'A_b' }) },
  { name: 'two containers of one name', object: pod({ containers: [container, container] }) },
  { name: 'bad pull policy', object: container1({ imagePullPolicy: 'Sometimes' }) },
  { name: 'bad restart policy', object: pod({ restartPolicy: 'Maybe' }) },
  { name: 'bad DNS policy', object: pod({ dnsPolicy: 'Foo' }) },
  { name: 'DNS policy None without servers', object: pod({ dnsPolicy: 'None' }) },
  { name: 'bad container port', object: container1({ ports: [{ containerPort: 70000 }] }) },
  { name: 'missing container port', object: container1({ ports: [{ name: 'a' }] }) },
  {
    name: 'bad port name and protocol',
    object: container1({ ports: [{ containerPort: 1, name: 'NO_NAME', protocol: 'X' }] }),
  },
  {
    name: 'port name twice',
    object: container1({
      ports: [
        { containerPort: 1, name: 'a' },
        { containerPort: 2, name: 'a' },
      ],
    }),
  },
  { name: 'environment variable without name', object: container1({ env: [{ value: 'x' }] }) },
  { name: 'environment variable with =', object: container1({ env: [{ name: 'a=b' }] }) },
  {
    name: 'environment from an unknown field',
    object: container1({ env: [{ name: 'a', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } }] }),
  },
  {
    name: 'environment from a field without support',
    object: container1({
      env: [{ name: 'a', valueFrom: { fieldRef: { fieldPath: 'spec.hostNetwork' } } }],
    }),
  },
  {
    name: 'environment from nowhere',
    object: container1({ env: [{ name: 'a', valueFrom: {} }] }),
  },
  {
    name: 'environment value and source',
    object: container1({
      env: [
        { name: 'a', value: 'b', valueFrom: { secretKeyRef: { name: 'a', key: 'b' } } },
        { name: 'b', valueFrom: { configMapKeyRef: { name: 'a', key: '' } } },
      ],
    }),
  },
  {
    name: 'mount of an unknown volume',
    object: container1({ volumeMounts: [{ name: 'x', mountPath: '/x' }] }),
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
    object: container1({ resources: { requests: { cpu: '2' }, limits: { cpu: '1' } } }),
  },
  { name: 'negative limit', object: container1({ resources: { limits: { cpu: '-1' } } }) },
  { name: 'unknown resource', object: container1({ resources: { limits: { foo: '1' } } }) },
  {
    name: 'extended resource without limit',
    object: container1({ resources: { requests: { 'a.example/gpu': '1' } } }),
  },
  { name: 'probe without handler', object: container1({ livenessProbe: {} }) },
  {
    name: 'liveness with two successes',
    object: container1({ livenessProbe: { exec: { command: ['a'] }, successThreshold: 2 } }),
  },
  {
    name: 'probe with two handlers and bad numbers',
    object: container1({
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
  { name: 'deployment without selector', object: deployment({ selector: undefined }) },
  { name: 'deployment with an empty selector', object: deployment({ selector: {} }) },
  {
    name: 'deployment whose selector misses',
    object: deployment({ selector: { matchLabels: { app: 'other' } } }),
  },
  { name: 'deployment with negative replicas', object: deployment({ replicas: -1 }) },
  {
    name: 'deployment with nothing to roll',
    object: deployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
  },
  {
    name: 'deployment with a bad percentage',
    object: deployment({ strategy: { rollingUpdate: { maxSurge: 'x', maxUnavailable: '200%' } } }),
  },
  { name: 'deployment with a bad strategy', object: deployment({ strategy: { type: 'Foo' } }) },
  {
    name: 'deployment that recreates and rolls',
    object: deployment({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
  },
  {
    name: 'deployment with a short deadline',
    object: deployment({ minReadySeconds: 700 }),
  },
  {
    name: 'deployment of pods that end',
    object: deployment({
      template: {
        metadata: { labels },
        spec: { containers: [container], restartPolicy: 'Never', activeDeadlineSeconds: 5 },
      },
    }),
  },
  {
    name: 'daemon set with nothing to roll',
    object: object('apps/v1', 'DaemonSet', {
      spec: {
        selector,
        template,
        updateStrategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } },
      },
    }),
  },
  {
    name: 'stateful set with bad policies',
    object: object('apps/v1', 'StatefulSet', {
      spec: {
        selector,
        template,
        podManagementPolicy: 'Foo',
        updateStrategy: { type: 'Bar' },
        replicas: -2,
      },
    }),
  },
  {
    name: 'job that always restarts',
    object: job({ template: { spec: { containers: [container] } } }),
  },
  { name: 'indexed job without completions', object: job({ completionMode: 'Indexed' }) },
  {
    name: 'job with negative numbers',
    object: job({ parallelism: -1, completions: -1, backoffLimit: -1 }),
  },
  { name: 'cron job without schedule', object: cronJob({ schedule: '' }) },
  { name: 'cron job with a bad schedule', object: cronJob({ schedule: '61 * * * *' }) },
  { name: 'cron job with too few fields', object: cronJob({ schedule: '* * *' }) },
  {
    name: 'cron job with a zone in the schedule',
    object: cronJob({ schedule: 'TZ=UTC * * * * *' }),
  },
  { name: 'cron job with an unknown zone', object: cronJob({ timeZone: 'Mars/Base' }) },
  { name: 'cron job with a bad policy', object: cronJob({ concurrencyPolicy: 'Foo' }) },
  {
    name: 'cron job with a long name',
    object: { ...cronJob({}), metadata: { name: 'a'.repeat(60) } },
  },
  { name: 'service without ports', object: service({}) },
  { name: 'service with a bad port', object: service({ ports: [{ port: 0 }] }) },
  {
    name: 'service with nameless ports',
    object: service({ ports: [{ port: 1 }, { port: 2 }] }),
  },
  {
    name: 'service with one port twice',
    object: service({
      ports: [
        { port: 1, name: 'a' },
        { port: 1, name: 'a' },
      ],
    }),
  },
  {
    name: 'service with bad choices',
    object: service({ type: 'Foo', sessionAffinity: 'Bar', ports: [{ port: 1, protocol: 'X' }] }),
  },
  {
    name: 'headless load balancer',
    object: service({ type: 'LoadBalancer', clusterIP: 'None', ports: [{ port: 1 }] }),
  },
  {
    name: 'cluster service with a node port',
    object: service({ ports: [{ port: 1, nodePort: 30_000 }] }),
  },
  { name: 'external name without name', object: service({ type: 'ExternalName' }) },
  {
    name: 'service with a bad address',
    object: service({ clusterIP: 'abc', ports: [{ port: 1 }] }),
  },
  {
    name: 'external traffic policy inside',
    object: service({ externalTrafficPolicy: 'Local', ports: [{ port: 1 }] }),
  },
  {
    name: 'config map with a bad key',
    object: object('v1', 'ConfigMap', { data: { 'a b': 'c' } }),
  },
  {
    name: 'config map with a key twice',
    object: object('v1', 'ConfigMap', { data: { a: 'c' }, binaryData: { a: 'eA==' } }),
  },
  {
    name: 'TLS secret without keys',
    object: object('v1', 'Secret', { type: 'kubernetes.io/tls', data: {} }),
  },
  {
    name: 'registry secret without its key',
    object: object('v1', 'Secret', { type: 'kubernetes.io/dockerconfigjson', data: {} }),
  },
  {
    name: 'basic auth secret without keys',
    object: object('v1', 'Secret', { type: 'kubernetes.io/basic-auth' }),
  },
  {
    name: 'token secret without account',
    object: object('v1', 'Secret', { type: 'kubernetes.io/service-account-token' }),
  },
  { name: 'claim without access modes', object: claim({ accessModes: [] }) },
  { name: 'claim without storage', object: claim({ resources: {} }) },
  { name: 'claim of nothing', object: claim({ resources: { requests: { storage: '0' } } }) },
  { name: 'claim with a bad mode', object: claim({ accessModes: ['Foo'], volumeMode: 'Bar' }) },
  {
    name: 'claim with modes that exclude each other',
    object: claim({ accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'] }),
  },
  {
    name: 'volume without source',
    object: object('v1', 'PersistentVolume', {
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
    }),
  },
  {
    name: 'volume without anything',
    object: object('v1', 'PersistentVolume', { spec: { hostPath: { path: '/a' } } }),
  },
  {
    name: 'role without verbs',
    object: object('rbac.authorization.k8s.io/v1', 'Role', {
      rules: [{}, { verbs: ['get'], nonResourceURLs: ['/x'] }],
    }),
  },
  {
    name: 'binding to a bad role',
    object: object('rbac.authorization.k8s.io/v1', 'RoleBinding', {
      roleRef: { kind: 'Foo', name: '', apiGroup: 'x' },
      subjects: [
        { kind: 'Bar', name: 'a' },
        { kind: 'User', name: '', apiGroup: 'y' },
      ],
    }),
  },
  {
    name: 'network policy with bad peers',
    object: object('networking.k8s.io/v1', 'NetworkPolicy', {
      spec: {
        podSelector: {},
        policyTypes: ['Foo'],
        ingress: [
          {
            from: [{}, { ipBlock: { cidr: 'x' } }],
            ports: [{ protocol: 'X', port: 0 }, { endPort: 5 }],
          },
        ],
      },
    }),
  },
  {
    name: 'ingress without rules',
    object: object('networking.k8s.io/v1', 'Ingress', { spec: {} }),
  },
  {
    name: 'ingress with bad paths',
    object: object('networking.k8s.io/v1', 'Ingress', {
      spec: {
        rules: [
          { host: '1.2.3.4', http: { paths: [] } },
          {
            host: 'A',
            http: {
              paths: [
                { backend: { service: { name: '', port: {} } } },
                { path: 'x', pathType: 'Exact', backend: {} },
              ],
            },
          },
        ],
      },
    }),
  },
  {
    name: 'budget with both bounds',
    object: object('policy/v1', 'PodDisruptionBudget', {
      spec: { minAvailable: 1, maxUnavailable: '5', selector },
    }),
  },
  {
    name: 'autoscaler with bad bounds',
    object: object('autoscaling/v2', 'HorizontalPodAutoscaler', {
      spec: { minReplicas: 0, maxReplicas: 0, scaleTargetRef: { kind: '', name: '' } },
    }),
  },
  {
    name: 'endpoint slice with bad addresses',
    object: object('discovery.k8s.io/v1', 'EndpointSlice', {
      addressType: 'IPv4',
      endpoints: [{ addresses: ['x'] }, { addresses: [] }],
      ports: [{ name: 'A', protocol: 'X' }],
    }),
  },
  {
    name: 'lease with no duration',
    object: object('coordination.k8s.io/v1', 'Lease', { spec: { leaseDurationSeconds: 0 } }),
  },
  {
    name: 'storage class without provisioner',
    object: object('storage.k8s.io/v1', 'StorageClass', { reclaimPolicy: 'Foo' }),
  },
  {
    name: 'priority class that is too high',
    object: object('scheduling.k8s.io/v1', 'PriorityClass', { value: 2_000_000_000 }),
  },
  {
    name: 'priority class of the system',
    object: object('scheduling.k8s.io/v1', 'PriorityClass', {
      metadata: { name: 'system-x' },
      value: 5,
    }),
  },
  {
    name: 'event about another namespace',
    object: object('v1', 'Event', {
      involvedObject: { kind: 'Pod', name: 'x', namespace: 'other' },
    }),
  },
  { name: 'CRD with another name', object: { ...crd({}), metadata: { name: 'x.shop.example' } } },
  { name: 'CRD without group', object: crd({ group: '' }) },
  { name: 'CRD of a top-level group', object: crd({ group: 'shop' }) },
  { name: 'CRD with a bad scope', object: crd({ scope: 'Foo' }) },
  { name: 'CRD with bad names', object: crd({ names: { plural: 'widgets', kind: 'A_b' } }) },
  {
    name: 'CRD without schema',
    object: crd({ versions: [{ name: 'v1', served: true, storage: true }] }),
  },
  {
    name: 'CRD without stored version',
    object: crd({
      versions: [
        {
          name: 'v1',
          served: true,
          storage: false,
          schema: { openAPIV3Schema: { type: 'object' } },
        },
      ],
    }),
  },
  {
    name: 'CRD that is not structural',
    object: crd({
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: {
            openAPIV3Schema: {
              type: 'object',
              properties: {
                spec: { properties: { a: {} } },
                list: { type: 'array', items: {}, uniqueItems: true },
                map: {
                  type: 'object',
                  properties: { x: { type: 'string' } },
                  additionalProperties: { type: 'string' },
                },
                keyed: {
                  type: 'array',
                  'x-kubernetes-list-type': 'map',
                  items: { type: 'string' },
                },
              },
            },
          },
        },
      ],
    }),
  },
  {
    name: 'CRD with a bad column and scale',
    object: crd({
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object' } },
          additionalPrinterColumns: [{ name: 'a', type: 'foo', jsonPath: 'spec.x' }],
          subresources: { scale: { specReplicasPath: '.x', statusReplicasPath: '.status.x' } },
        },
      ],
    }),
  },
  {
    name: 'webhook with little in it',
    object: object('admissionregistration.k8s.io/v1', 'ValidatingWebhookConfiguration', {
      webhooks: [{ name: 'a', clientConfig: {}, timeoutSeconds: 60, rules: [{}] }],
    }),
  },
  {
    name: 'API service with another name',
    object: object('apiregistration.k8s.io/v1', 'APIService', {
      spec: { group: 'shop.example', version: 'v1' },
    }),
  },
];

export const oracleCases: readonly OracleCase[] = [...accepted, ...refused];
