/** A served resource: what a path needs. `kind` is for building objects and messages. */
export interface Resource {
  group: string;
  version: string;
  /** Plural: `deployments`. */
  resource: string;
  kind: string;
  namespaced: boolean;
}

const row = (
  group: string,
  version: string,
  resource: string,
  kind: string,
  namespaced = true,
): Resource => ({ group, version, resource, kind, namespaced });

/** The resources that Dormice's own parts work with. */
export const resources = {
  namespaces: row('', 'v1', 'namespaces', 'Namespace', false),
  nodes: row('', 'v1', 'nodes', 'Node', false),
  pods: row('', 'v1', 'pods', 'Pod'),
  services: row('', 'v1', 'services', 'Service'),
  endpoints: row('', 'v1', 'endpoints', 'Endpoints'),
  configmaps: row('', 'v1', 'configmaps', 'ConfigMap'),
  secrets: row('', 'v1', 'secrets', 'Secret'),
  serviceaccounts: row('', 'v1', 'serviceaccounts', 'ServiceAccount'),
  persistentvolumeclaims: row('', 'v1', 'persistentvolumeclaims', 'PersistentVolumeClaim'),
  persistentvolumes: row('', 'v1', 'persistentvolumes', 'PersistentVolume', false),
  events: row('', 'v1', 'events', 'Event'),
  replicationcontrollers: row('', 'v1', 'replicationcontrollers', 'ReplicationController'),
  limitranges: row('', 'v1', 'limitranges', 'LimitRange'),
  resourcequotas: row('', 'v1', 'resourcequotas', 'ResourceQuota'),
  deployments: row('apps', 'v1', 'deployments', 'Deployment'),
  replicasets: row('apps', 'v1', 'replicasets', 'ReplicaSet'),
  statefulsets: row('apps', 'v1', 'statefulsets', 'StatefulSet'),
  daemonsets: row('apps', 'v1', 'daemonsets', 'DaemonSet'),
  controllerrevisions: row('apps', 'v1', 'controllerrevisions', 'ControllerRevision'),
  jobs: row('batch', 'v1', 'jobs', 'Job'),
  cronjobs: row('batch', 'v1', 'cronjobs', 'CronJob'),
  servicecidrs: row('networking.k8s.io', 'v1', 'servicecidrs', 'ServiceCIDR', false),
  endpointslices: row('discovery.k8s.io', 'v1', 'endpointslices', 'EndpointSlice'),
  ingressclasses: row('networking.k8s.io', 'v1', 'ingressclasses', 'IngressClass', false),
  runtimeclasses: row('node.k8s.io', 'v1', 'runtimeclasses', 'RuntimeClass', false),
  storageclasses: row('storage.k8s.io', 'v1', 'storageclasses', 'StorageClass', false),
  leases: row('coordination.k8s.io', 'v1', 'leases', 'Lease'),
  priorityclasses: row('scheduling.k8s.io', 'v1', 'priorityclasses', 'PriorityClass', false),
  clusterroles: row('rbac.authorization.k8s.io', 'v1', 'clusterroles', 'ClusterRole', false),
  clusterrolebindings: row(
    'rbac.authorization.k8s.io',
    'v1',
    'clusterrolebindings',
    'ClusterRoleBinding',
    false,
  ),
  customresourcedefinitions: row(
    'apiextensions.k8s.io',
    'v1',
    'customresourcedefinitions',
    'CustomResourceDefinition',
    false,
  ),
  podmetrics: row('metrics.k8s.io', 'v1beta1', 'pods', 'PodMetrics'),
  nodemetrics: row('metrics.k8s.io', 'v1beta1', 'nodes', 'NodeMetrics', false),
  virtualclusters: row('dormice.dev', 'v1alpha1', 'virtualclusters', 'VirtualCluster'),
} as const satisfies Record<string, Resource>;
