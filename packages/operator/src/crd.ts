import type { JsonObject, KubeObject } from '@dormice/apimachinery';

const string = (description: string, extra: JsonObject = {}): JsonObject => ({
  type: 'string',
  description,
  ...extra,
});
const boolean = (description: string, byDefault: boolean): JsonObject => ({
  type: 'boolean',
  description,
  default: byDefault,
});
const object = (
  description: string,
  properties: JsonObject,
  extra: JsonObject = {},
): JsonObject => ({
  type: 'object',
  description,
  properties,
  ...extra,
});

const durationPattern = '^([0-9]+(s|m|h))+$';
const quantityPattern = '^[0-9]+(\\.[0-9]+)?(m|k|M|G|T|P|Ki|Mi|Gi|Ti|Pi)?$';
const hostnamePattern = '^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$';

const controlPlane = object(
  'What serves the API.',
  {
    distro: string('`embedded`: in the Dormice process.', {
      enum: ['embedded'],
      default: 'embedded',
    }),
    version: string('Kubernetes minor version of the API.', { enum: ['1.35'], default: '1.35' }),
    persistence: object(
      'Whether API state outlives a stop.',
      {
        type: string('`Ephemeral` (mode Dynamic only) discards API state at each stop.', {
          enum: ['Persistent', 'Ephemeral'],
          default: 'Persistent',
        }),
      },
      { default: {} },
    ),
    proxy: object('The API endpoint.', {
      extraSANs: {
        type: 'array',
        description: 'Further names and addresses in the serving certificate.',
        items: { type: 'string', minLength: 1, maxLength: 253 },
        maxItems: 32,
        'x-kubernetes-list-type': 'set',
      },
    }),
  },
  { default: {} },
);

const sync = object(
  'What is copied between the virtual cluster and the host; the keys of vcluster.yaml.',
  {
    toHost: object(
      'From the virtual cluster to the host.',
      {
        serviceAccounts: object(
          'ServiceAccounts, as objects without any host permission.',
          { enabled: boolean('Copy them.', true) },
          { default: {} },
        ),
      },
      { default: {} },
    ),
    fromHost: object(
      'From the host to the virtual cluster.',
      {
        storageClasses: object(
          'StorageClasses of the host.',
          { enabled: boolean('Copy them.', true) },
          { default: {} },
        ),
        secrets: object(
          'Secrets of the host namespace.',
          {
            enabled: boolean('Copy them.', false),
            mappings: object(
              'Which Secrets, and where to.',
              {
                byName: {
                  type: 'object',
                  description:
                    'Host Secret name (`""`: all of the namespace) to virtual namespace, or `NAMESPACE/NAME` for one.',
                  additionalProperties: { type: 'string' },
                  default: {},
                },
              },
              { default: {} },
            ),
          },
          { default: {} },
        ),
      },
      { default: {} },
    ),
  },
  { default: {} },
);

const storage = object('Volumes of the user that outlive API state.', {
  volumes: {
    type: 'array',
    description:
      'Each is a PersistentVolumeClaim in the namespace `default`, present at every start.',
    maxItems: 16,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    items: {
      type: 'object',
      required: ['name', 'size'],
      properties: {
        name: string('Name of the claim.', {
          pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
          maxLength: 63,
        }),
        size: string('Requested size.', { pattern: quantityPattern }),
        accessModes: {
          type: 'array',
          description: 'ReadWriteMany where pods of several nodes share it.',
          default: ['ReadWriteMany'],
          items: {
            type: 'string',
            enum: ['ReadWriteOnce', 'ReadWriteMany', 'ReadOnlyMany', 'ReadWriteOncePod'],
          },
        },
        storageClassName: string("The host's StorageClass; absent: the default one."),
      },
    },
  },
});

const spec = object(
  'What is wanted.',
  {
    mode: string('`Static`: state kept for life. `Dynamic`: spawned on demand.', {
      enum: ['Static', 'Dynamic'],
      default: 'Static',
    }),
    runPolicy: string(
      '`Always`: never put to sleep for being idle. `OnDemand`: sleeps when idle, wakes by a connection. `Stopped`: asleep, and only a person wakes it.',
      { enum: ['Always', 'OnDemand', 'Stopped'], default: 'OnDemand' },
    ),
    replicas: {
      type: 'integer',
      description:
        '1: run, 0: sleep. `kubectl scale` sets it, and so do a waking connection and the idle judge.',
      minimum: 0,
      maximum: 1,
      default: 1,
    },
    isolation: string('`Shared`: data in the Dormice process.', {
      enum: ['Shared'],
      default: 'Shared',
    }),
    deletionPolicy: string(
      '`Retain` leaves the PersistentVolumeClaims on the host when the cluster is deleted.',
      {
        enum: ['Delete', 'Retain'],
        default: 'Delete',
      },
    ),
    controlPlane,
    exposure: object('How the API is reached from outside.', {
      hostname: string('A further unique host name of the API (TLS passthrough to the gateway).', {
        pattern: hostnamePattern,
        maxLength: 253,
      }),
    }),
    sleep: object('When it sleeps.', {
      afterIdle: string('Idle time after which an OnDemand cluster goes to sleep, such as `30m`.', {
        pattern: durationPattern,
      }),
    }),
    sync,
    storage,
    quota: {
      type: 'object',
      description: 'Hard limits as in a ResourceQuota, enforced in the host namespace.',
      additionalProperties: { type: 'string', pattern: quantityPattern },
    },
    hostAccess: object(
      "What pods may ask of the host's nodes; refused at the virtual API when false.",
      {
        privileged: boolean('Privileged containers.', false),
        hostPath: boolean('hostPath volumes.', false),
        hostNamespaces: boolean('hostNetwork, hostPID, hostIPC, hostPort.', false),
      },
      { default: {} },
    ),
  },
  { default: {} },
);

const status = object('What is observed.', {
  phase: string(
    'One word for people: Pending, Waking, Running, Sleeping, Stopped, Failed, Terminating.',
  ),
  replicas: { type: 'integer', description: '1 while it runs.' },
  conditions: {
    type: 'array',
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['type'],
    items: {
      type: 'object',
      required: ['type', 'status', 'reason', 'message', 'lastTransitionTime'],
      properties: {
        type: { type: 'string' },
        status: { type: 'string', enum: ['True', 'False', 'Unknown'] },
        reason: { type: 'string' },
        message: { type: 'string' },
        lastTransitionTime: { type: 'string', format: 'date-time' },
        observedGeneration: { type: 'integer', format: 'int64' },
      },
    },
  },
  endpoint: string('URL of the API.'),
  serverName: string('Server name (SNI) by which the gateway knows the cluster.'),
  lastActivity: string('When somebody last asked something.', { format: 'date-time' }),
  awakeBecause: string('Why it runs.'),
  identity: string('Fingerprint of the cluster CA.'),
  usage: object('What it takes.', {
    storage: string('Bytes of API state.'),
    connections: { type: 'integer' },
    watches: { type: 'integer' },
  }),
  observedGeneration: { type: 'integer', format: 'int64' },
});

const column = (name: string, type: string, jsonPath: string, priority = 0): JsonObject => ({
  name,
  type,
  jsonPath,
  ...(priority === 0 ? {} : { priority }),
});

/** `virtualclusters.dormice.dev`, as Dormice installs it on the host. */
export const virtualClusterCrd: KubeObject = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'virtualclusters.dormice.dev' },
  spec: {
    group: 'dormice.dev',
    scope: 'Namespaced',
    names: {
      plural: 'virtualclusters',
      singular: 'virtualcluster',
      kind: 'VirtualCluster',
      listKind: 'VirtualClusterList',
      shortNames: ['vc'],
      categories: ['dormice'],
    },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: {
          status: {},
          scale: { specReplicasPath: '.spec.replicas', statusReplicasPath: '.status.replicas' },
        },
        additionalPrinterColumns: [
          column('Status', 'string', '.status.phase'),
          column('Ready', 'string', '.status.conditions[?(@.type=="Ready")].status'),
          column('Mode', 'string', '.spec.mode'),
          column('Last Activity', 'date', '.status.lastActivity'),
          column('Age', 'date', '.metadata.creationTimestamp'),
          column('Run Policy', 'string', '.spec.runPolicy', 1),
          column('Endpoint', 'string', '.status.endpoint', 1),
          column('Server Name', 'string', '.status.serverName', 1),
          column('Awake Because', 'string', '.status.awakeBecause', 1),
        ],
        schema: {
          openAPIV3Schema: object('A Kubernetes cluster of its own inside this one.', {
            apiVersion: { type: 'string' },
            kind: { type: 'string' },
            metadata: { type: 'object' },
            spec,
            status,
          }),
        },
      },
    ],
  },
};
