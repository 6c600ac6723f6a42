import type { KubeObject } from '@dormice/apimachinery';

type Body = Record<string, unknown>;

const labels = { app: 'sample' };
const selector = { matchLabels: labels };
const podSpec = {
  automountServiceAccountToken: false,
  containers: [{ name: 'main', image: 'registry.example/app:1.0' }],
};
const template = { metadata: { labels }, spec: podSpec };
const finite = { ...podSpec, restartPolicy: 'Never' };
const rule = { operations: ['CREATE'], apiGroups: [''], apiVersions: ['v1'], resources: ['pods'] };
const webhook = {
  name: 'a.b.example',
  admissionReviewVersions: ['v1'],
  sideEffects: 'None',
  clientConfig: { url: 'https://127.0.0.1:1/never' },
  rules: [{ ...rule, apiGroups: ['never.example'], resources: ['never'] }],
};

/** PEM of a request for `CN=sample` by a P-256 key, in base64 as the API carries it. */
const certificateRequest =
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlITU1ITUNBUUF3RVRFUE1BMEdBMVVFQXd3R2MyRnRjR3hsTUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowRApBUWNEUWdBRUg0bVd1Z1duNUlHb0JQUlk4clJVWlowWmk0dzF5aE12NDFPbHlibHZqNDRDYWdHRnd3REdYUFhJCnUxYjdBVzBVS0pGSFp4d1FUV1BBZDFFVmdySzR0cUFBTUFvR0NDcUdTTTQ5QkFNQ0Ewa0FNRVlDSVFER0hmZEkKV1NWV1RuZHZOYmpCZmNSYnRCaDQ1OTVNYnZFN3hxWWlhNTBGWGdJaEFNQjRzUmxNajloelcxY0MwTTN5M2s2aQpVdUVhUjlQTFlIMVNWamZ3L3hOSQotLS0tLUVORCBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0K';

/** What an object of each kind must have to be accepted by upstream, as `version/plural` in its group. */
const bodies: Readonly<Record<string, Body>> = {
  '/v1/configmaps': { data: { a: 'b' } },
  '/v1/endpoints': { subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }] },
  '/v1/events': {
    involvedObject: { kind: 'Pod', name: 'x', namespace: 'twin' },
    reason: 'R',
    message: 'm',
    type: 'Normal',
  },
  '/v1/limitranges': { spec: { limits: [{ type: 'Pod', max: { cpu: '200' } }] } },
  '/v1/namespaces': {},
  '/v1/nodes': {},
  '/v1/persistentvolumeclaims': {
    spec: {
      accessModes: ['ReadWriteOnce'],
      storageClassName: 'x',
      resources: { requests: { storage: '1Gi' } },
    },
  },
  '/v1/persistentvolumes': {
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/a' },
    },
  },
  '/v1/pods': { spec: podSpec },
  '/v1/podtemplates': { template },
  '/v1/replicationcontrollers': { spec: { selector: labels, template } },
  '/v1/resourcequotas': { spec: { hard: { 'count/never': '3' } } },
  '/v1/secrets': { data: { a: 'Yg==' } },
  '/v1/serviceaccounts': {},
  '/v1/services': { spec: { selector: labels, ports: [{ port: 80 }] } },
  'apiregistration.k8s.io/v1/apiservices': {
    metadata: { name: 'v1.never.example' },
    spec: {
      group: 'never.example',
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 10,
      service: { name: 'a', namespace: 'b' },
      insecureSkipTLSVerify: true,
    },
  },
  'apps/v1/controllerrevisions': { data: { a: 'b' }, revision: 1 },
  'apps/v1/daemonsets': { spec: { selector, template } },
  'apps/v1/deployments': { spec: { selector, template } },
  'apps/v1/replicasets': { spec: { selector, template } },
  'apps/v1/statefulsets': { spec: { selector, template, serviceName: 'x' } },
  'events.k8s.io/v1/events': {
    eventTime: '2026-01-02T03:04:05.000000Z',
    reportingController: 'a.example/b',
    reportingInstance: 'c',
    action: 'Do',
    reason: 'R',
    type: 'Normal',
    regarding: { kind: 'Pod', name: 'x', namespace: 'twin' },
  },
  'autoscaling/v2/horizontalpodautoscalers': {
    spec: {
      maxReplicas: 3,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' },
    },
  },
  'autoscaling/v1/horizontalpodautoscalers': {
    spec: {
      maxReplicas: 3,
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' },
    },
  },
  'batch/v1/cronjobs': {
    spec: {
      schedule: '*/5 * * * *',
      jobTemplate: { spec: { template: { spec: finite } } },
    },
  },
  'batch/v1/jobs': { spec: { template: { spec: finite } } },
  'certificates.k8s.io/v1/certificatesigningrequests': {
    spec: {
      request: certificateRequest,
      signerName: 'a.example/b',
      usages: ['client auth'],
    },
  },
  'networking.k8s.io/v1/ingressclasses': { spec: { controller: 'a.example/b' } },
  'networking.k8s.io/v1/ingresses': {
    spec: { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
  },
  'networking.k8s.io/v1/ipaddresses': {
    metadata: { name: '192.168.7.7' },
    spec: { parentRef: { resource: 'services', namespace: 'default', name: 'x' } },
  },
  'networking.k8s.io/v1/networkpolicies': { spec: { podSelector: {} } },
  'networking.k8s.io/v1/servicecidrs': { spec: { cidrs: ['10.200.0.0/24'] } },
  'policy/v1/poddisruptionbudgets': { spec: { minAvailable: 1, selector } },
  'rbac.authorization.k8s.io/v1/clusterrolebindings': {
    roleRef: { kind: 'ClusterRole', name: 'view', apiGroup: 'rbac.authorization.k8s.io' },
    subjects: [{ kind: 'User', name: 'u' }],
  },
  'rbac.authorization.k8s.io/v1/clusterroles': {
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  },
  'rbac.authorization.k8s.io/v1/rolebindings': {
    roleRef: { kind: 'Role', name: 'x', apiGroup: 'rbac.authorization.k8s.io' },
    subjects: [{ kind: 'User', name: 'u' }],
  },
  'rbac.authorization.k8s.io/v1/roles': {
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  },
  'storage.k8s.io/v1/csidrivers': { spec: {} },
  'storage.k8s.io/v1/csinodes': { spec: { drivers: [{ name: 'a.example', nodeID: 'n' }] } },
  'storage.k8s.io/v1/csistoragecapacities': { storageClassName: 'x' },
  'storage.k8s.io/v1/storageclasses': { provisioner: 'a.example/b' },
  'storage.k8s.io/v1/volumeattachments': {
    spec: { attacher: 'a.example', nodeName: 'n', source: { persistentVolumeName: 'p' } },
  },
  'storage.k8s.io/v1/volumeattributesclasses': {
    driverName: 'a.example',
    parameters: { a: 'b' },
  },
  'admissionregistration.k8s.io/v1/mutatingwebhookconfigurations': { webhooks: [webhook] },
  'admissionregistration.k8s.io/v1/validatingwebhookconfigurations': { webhooks: [webhook] },
  'admissionregistration.k8s.io/v1/validatingadmissionpolicies': {
    spec: {
      matchConstraints: { resourceRules: [rule] },
      validations: [{ expression: 'true' }],
    },
  },
  'admissionregistration.k8s.io/v1/validatingadmissionpolicybindings': {
    spec: { policyName: 'x', validationActions: ['Deny'] },
  },
  'apiextensions.k8s.io/v1/customresourcedefinitions': {
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
    },
  },
  'scheduling.k8s.io/v1/priorityclasses': { value: 5 },
  'coordination.k8s.io/v1/leases': { spec: { leaseDurationSeconds: 3 } },
  'node.k8s.io/v1/runtimeclasses': { handler: 'runc' },
  'discovery.k8s.io/v1/endpointslices': {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'] }],
    ports: [{ port: 80 }],
  },
  'resource.k8s.io/v1/deviceclasses': {
    spec: { selectors: [{ cel: { expression: 'device.driver == "a.example"' } }] },
  },
  'resource.k8s.io/v1/resourceclaims': {
    spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'x' } }] } },
  },
  'resource.k8s.io/v1/resourceclaimtemplates': {
    spec: { spec: { devices: { requests: [{ name: 'r', exactly: { deviceClassName: 'x' } }] } } },
  },
  'resource.k8s.io/v1/resourceslices': {
    spec: {
      driver: 'a.example',
      pool: { name: 'p', generation: 1, resourceSliceCount: 1 },
      nodeName: 'n',
      devices: [{ name: 'd' }],
    },
  },
  'flowcontrol.apiserver.k8s.io/v1/flowschemas': {
    spec: {
      priorityLevelConfiguration: { name: 'global-default' },
      matchingPrecedence: 9000,
    },
  },
  'flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations': {
    spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
  },
};

/** A minimal object of a kind, valid upstream; `undefined` for kinds that nobody stores. */
export function minimalObject(
  row: { group: string; version: string; kind: string; resource: string },
  name: string,
): KubeObject | undefined {
  const { group, version } = row;
  const body = bodies[`${group}/${version}/${row.resource}`];
  if (body === undefined) return undefined;
  const apiVersion = group === '' ? version : `${group}/${version}`;
  return structuredClone({
    apiVersion,
    kind: row.kind,
    ...body,
    metadata: { name, ...(body['metadata'] as object | undefined) },
  });
}
