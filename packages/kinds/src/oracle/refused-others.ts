import { crd, type OracleCase, object, selector } from './builders.ts';

/** Objects of other groups that are refused. */
export const refusedOthers: readonly OracleCase[] = [
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
