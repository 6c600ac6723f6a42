import { claim, crd, type OracleCase, object, selector } from './builders.ts';

/** Objects of other kinds that are accepted: the answer shows the defaults. */
export const acceptedOthers: readonly OracleCase[] = [
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
