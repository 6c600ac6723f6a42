import type { Schema } from '../schema.ts';

/**
 * A Deployment as far as tests need it, with the list and merge rules of Kubernetes 1.35. Tests only: the real table
 * belongs to the package of kinds, which this one must not import.
 */
const text: Schema = { type: 'string', omitEmpty: true };
const number: Schema = { type: 'integer', omitEmpty: true };
const textMap: Schema = { type: 'object', values: { type: 'string' }, omitEmpty: true };

const struct = (name: string, fields: Record<string, Schema>): Schema => ({
  type: 'object',
  name: `io.k8s.api.${name}`,
  fields,
});

const listOf = (items: Schema, keys: string[], mergeKey: string): Schema => ({
  type: 'array',
  items,
  listType: 'map',
  listMapKeys: keys,
  patchMergeKey: mergeKey,
  patchStrategy: ['merge'],
  omitEmpty: true,
});

const metadata = struct('meta.v1.ObjectMeta', {
  name: text,
  namespace: text,
  uid: text,
  resourceVersion: text,
  generation: number,
  creationTimestamp: { type: 'string', format: 'date-time', omitEmpty: true, pointer: true },
  labels: textMap,
  annotations: textMap,
  finalizers: {
    type: 'array',
    items: { type: 'string' },
    listType: 'set',
    patchStrategy: ['merge'],
    omitEmpty: true,
  },
  managedFields: { type: 'array', listType: 'atomic', omitEmpty: true },
});

const env = struct('core.v1.EnvVar', { name: { type: 'string' }, value: text });
const port = struct('core.v1.ContainerPort', {
  name: text,
  containerPort: { type: 'integer', proto: 3 },
  hostPort: number,
  protocol: { type: 'string', omitEmpty: true, default: 'TCP' },
});

const container = struct('core.v1.Container', {
  name: { type: 'string', proto: 1 },
  image: text,
  args: { type: 'array', items: { type: 'string' }, listType: 'atomic', omitEmpty: true },
  ports: listOf(port, ['containerPort', 'protocol'], 'containerPort'),
  env: listOf(env, ['name'], 'name'),
});

const volume: Schema = {
  ...struct('core.v1.Volume', {
    name: { type: 'string', proto: 1 },
    emptyDir: { ...struct('core.v1.EmptyDirVolumeSource', { medium: text }), pointer: true },
    configMap: { ...struct('core.v1.ConfigMapVolumeSource', { name: text }), pointer: true },
  }),
};

const podSpec = struct('core.v1.PodSpec', {
  containers: { ...listOf(container, ['name'], 'name'), omitEmpty: false },
  volumes: { ...listOf(volume, ['name'], 'name'), patchStrategy: ['merge', 'retainKeys'] },
  nodeSelector: { ...textMap, mapType: 'atomic' },
  affinity: { type: 'object', preserveUnknown: true, name: 'raw', pointer: true },
});

export const deploymentSchema: Schema = struct('apps.v1.Deployment', {
  apiVersion: text,
  kind: text,
  metadata,
  spec: struct('apps.v1.DeploymentSpec', {
    replicas: { type: 'integer', omitEmpty: true, pointer: true },
    paused: { type: 'boolean', omitEmpty: true },
    selector: {
      ...struct('meta.v1.LabelSelector', { matchLabels: textMap }),
      mapType: 'atomic',
      pointer: true,
    },
    strategy: {
      ...struct('apps.v1.DeploymentStrategy', {
        type: text,
        rollingUpdate: {
          ...struct('apps.v1.RollingUpdateDeployment', {
            maxSurge: { intOrString: true, pointer: true, omitEmpty: true },
            maxUnavailable: { intOrString: true, pointer: true, omitEmpty: true },
          }),
          pointer: true,
          omitEmpty: true,
        },
      }),
      patchStrategy: ['retainKeys'],
    },
    template: struct('core.v1.PodTemplateSpec', { metadata, spec: podSpec }),
  }),
  status: struct('apps.v1.DeploymentStatus', { replicas: number }),
});
