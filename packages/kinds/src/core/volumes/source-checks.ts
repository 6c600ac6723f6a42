import {
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  validateAnnotations,
  validateLabels,
} from '@dormice/apimachinery';
import {
  type Check,
  follows,
  isAbsent,
  isEmpty,
  needed,
  nonNegativeQuantity,
  oneOf,
} from '../../checks.ts';
import type { Loose } from '../../loose.ts';
import { validateClaimSpec } from '../validate-claim.ts';
import {
  validateAzureDisk,
  validateFibreChannel,
  validateFlexVolume,
  validateFlocker,
  validateIscsi,
  validateQuobyte,
  validateSecretRef,
  validateStorageOs,
} from './disks.ts';
import { validateDownward, validateKeys } from './files.ts';
import {
  validateDescendingPath,
  validateDriverName,
  validateMode,
  validateNoBacksteps,
} from './paths.ts';
import { validateProjected } from './projected.ts';

const { invalid, notSupported, required } = fieldErrors;

export type SourceCheck = (source: Loose, path: string, volume?: string) => Check;

/** A source of which these fields must be there. */
const needs =
  (...fields: string[]): SourceCheck =>
  (source, path) =>
    fields.flatMap((field) => needed(`${path}.${field}`, source[field]));

const needsMonitors: SourceCheck = ({ monitors }, path) =>
  monitors?.length ? [] : [required(`${path}.monitors`)];

const partitioned =
  (field: string): SourceCheck =>
  (source, path) => [
    ...needed(`${path}.${field}`, source[field]),
    // Upstream lets 0 pass, and does not say so.
    ...(source.partition < 0 || source.partition > 255
      ? [invalid(`${path}.partition`, source.partition, 'must be between 1 and 255, inclusive')]
      : []),
  ];

const hostPathTypes = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];

/** Sources that pods and persistent volumes have alike. */
const common: Readonly<Record<string, SourceCheck>> = {
  hostPath: ({ path: value, type }, path) => {
    if (isEmpty(value)) return [required(`${path}.path`)];
    return [
      ...validateNoBacksteps(`${path}.path`, value),
      ...(isAbsent(type) || hostPathTypes.includes(type)
        ? []
        : [notSupported(`${path}.type`, type, hostPathTypes)]),
    ];
  },
  nfs: ({ server, path: value = '' }, path) => [
    ...needed(`${path}.server`, server),
    ...needed(`${path}.path`, value),
    ...(value.startsWith('/') ? [] : [invalid(`${path}.path`, value, 'must be an absolute path')]),
  ],
  awsElasticBlockStore: partitioned('volumeID'),
  gcePersistentDisk: partitioned('pdName'),
  azureDisk: validateAzureDisk,
  azureFile: needs('secretName', 'shareName'),
  cephfs: needsMonitors,
  fc: validateFibreChannel,
  flexVolume: validateFlexVolume,
  flocker: validateFlocker,
  glusterfs: needs('endpoints', 'path'),
  photonPersistentDisk: needs('pdID'),
  portworxVolume: needs('volumeID'),
  quobyte: validateQuobyte,
  rbd: (source, path) => [...needsMonitors(source, path), ...needed(`${path}.image`, source.image)],
  scaleIO: needs('gateway', 'system', 'volumeName'),
  vsphereVolume: needs('volumePath'),
};

const validateCsi: SourceCheck = ({ driver, nodePublishSecretRef: ref }, path) => [
  ...validateDriverName(driver, `${path}.driver`),
  ...(!ref
    ? []
    : isEmpty(ref.name)
      ? [required(`${path}.nodePublishSecretRef.name`)]
      : follows(`${path}.name`, ref.name, isDns1123Subdomain)),
];

const onTemplates = new Set(['annotations', 'labels']);

/** A claim that lives as long as its pod. */
const validateEphemeral: SourceCheck = ({ volumeClaimTemplate: template }, path) => {
  const at = `${path}.volumeClaimTemplate`;
  if (!template) return [required(at)];
  const { metadata = {}, spec = {} } = template;
  return [
    ...validateAnnotations(metadata.annotations ?? {}, `${at}.metadata.annotations`),
    ...validateLabels(metadata.labels ?? {}, `${at}.metadata.labels`),
    ...Object.entries(metadata)
      .filter(([field, value]) => !isAbsent(value) && value !== '' && !onTemplates.has(field))
      .map(([field]) =>
        fieldErrors.forbidden(`${at}.metadata.${field === 'uid' ? 'uID' : field}`, 'cannot be set'),
      ),
    ...validateClaimSpec(spec, `${at}.spec`),
  ];
};

/** What sources of a pod's volumes need. */
export const checksOfPods: Readonly<Record<string, SourceCheck>> = {
  ...common,
  emptyDir: ({ sizeLimit }, path) =>
    nonNegativeQuantity(`${path}.sizeLimit`, sizeLimit).map((error) => ({
      ...error,
      type: 'FieldValueForbidden' as const,
      detail: 'SizeLimit field must be a valid resource quantity',
    })),
  gitRepo: ({ repository, directory = '' }, path) => [
    ...needed(`${path}.repository`, repository),
    ...validateDescendingPath(`${path}.directory`, directory),
  ],
  secret: ({ secretName, defaultMode, items }, path) => [
    ...needed(`${path}.secretName`, secretName),
    ...validateMode(`${path}.defaultMode`, defaultMode),
    ...validateKeys(items, `${path}.items`),
  ],
  configMap: ({ name, defaultMode, items }, path) => [
    ...needed(`${path}.name`, name),
    ...validateMode(`${path}.defaultMode`, defaultMode),
    ...validateKeys(items, `${path}.items`),
  ],
  downwardAPI: ({ defaultMode, items }, path) => [
    ...validateMode(`${path}.defaultMode`, defaultMode),
    ...validateDownward(items, path),
  ],
  projected: validateProjected,
  persistentVolumeClaim: needs('claimName'),
  iscsi: (source, path) => validateIscsi(source, path),
  cinder: ({ volumeID, secretRef }, path) => [
    ...needed(`${path}.volumeID`, volumeID),
    ...validateSecretRef(secretRef, `${path}.secretRef`, ['name']),
  ],
  storageos: (source, path) => validateStorageOs(source, path, ['name']),
  csi: validateCsi,
  ephemeral: validateEphemeral,
  image: ({ reference, pullPolicy }, path) => [
    // In a template the image may be filled in later.
    ...(path.startsWith('spec.volumes') ? needed(`${path}.reference`, reference) : []),
    ...oneOf(`${path}.pullPolicy`, pullPolicy, ['Always', 'IfNotPresent', 'Never']),
  ],
};

const secretFields = ['name', 'namespace'];

const csiSecrets = [
  'controllerPublishSecretRef',
  'controllerExpandSecretRef',
  'nodePublishSecretRef',
  'nodeExpandSecretRef',
];

const validateCsiVolume: SourceCheck = (source, path) => [
  ...validateDriverName(source.driver, `${path}.driver`),
  ...needed(`${path}.volumeHandle`, source.volumeHandle),
  ...csiSecrets.flatMap((field) => {
    const ref = source[field];
    if (!ref) return [];
    const at = `${path}.${field}`;
    return [
      ...(isEmpty(ref.name)
        ? [required(`${at}.name`)]
        : follows(`${at}.name`, ref.name, isDns1123Subdomain)),
      ...(isEmpty(ref.namespace)
        ? [required(`${at}.namespace`)]
        : follows(`${at}.namespace`, ref.namespace, isDns1123Label)),
    ];
  }),
];

const noNamespace = 'if the endpointnamespace is set, it must be a valid namespace name';

/** What sources of a persistent volume need: secrets of theirs have a namespace. */
export const checksOfVolumes: Readonly<Record<string, SourceCheck>> = {
  ...common,
  azureFile: (source, path) => [
    ...needs('secretName', 'shareName')(source, path),
    ...(source.secretNamespace === '' ? [required(`${path}.secretNamespace`)] : []),
  ],
  cinder: ({ volumeID, secretRef }, path) => [
    ...needed(`${path}.volumeID`, volumeID),
    ...validateSecretRef(secretRef, `${path}.secretRef`, secretFields),
  ],
  glusterfs: ({ endpointsNamespace: namespace, ...source }, path) => {
    const at = `${path}.endpointsNamespace`;
    const errors = needs('endpoints', 'path')(source, path);
    if (isAbsent(namespace)) return errors;
    return [
      ...errors,
      ...(namespace === ''
        ? [invalid(at, namespace, noNamespace)]
        : follows(at, namespace, isDns1123Label)),
    ];
  },
  iscsi: (source, path, volume = '') => validateIscsi(source, path, volume),
  local: ({ path: value }, path) =>
    isEmpty(value) ? [required(`${path}.path`)] : validateNoBacksteps(`${path}.path`, value),
  storageos: (source, path) => validateStorageOs(source, path, secretFields),
  csi: validateCsiVolume,
};
