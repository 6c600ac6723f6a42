import {
  fieldErrors,
  isConfigMapKey,
  isDns1123Label,
  isDns1123Subdomain,
} from '@dormice/apimachinery';
import {
  between,
  type Check,
  follows,
  isAbsent,
  isEmpty,
  needed,
  neededName,
  nonNegativeQuantity,
  onEach,
  oneOf,
} from '../checks.ts';
import type { Loose } from '../loose.ts';
import { validateClaimSpec } from './validate-claim.ts';
import { downwardFields, validateFieldRef, validateResourceFieldRef } from './validate-env.ts';
import { sourcesOfPods, spelled } from './volume-sources.ts';

const { duplicate, forbidden, invalid, required } = fieldErrors;

const modeRange = 'must be a number between 0 and 0777 (octal), both inclusive';

export const validateMode = (path: string, mode: Loose): Check =>
  isAbsent(mode) || (mode >= 0 && mode <= 0o777) ? [] : [invalid(path, mode, modeRange)];

const longestDriverName = 63;

/** Name of a CSI driver: a subdomain, in capitals too, that is short enough for a path. */
export function validateDriverName(name: Loose, path: string): Check {
  if (isEmpty(name)) return [required(path)];
  return [
    ...(name.length > longestDriverName ? [fieldErrors.tooLong(path, longestDriverName)] : []),
    ...isDns1123Subdomain(name.toLowerCase()).map((why) => invalid(path, name, why)),
  ];
}

/** A path inside a volume: relative, and never upwards. */
export function validateDescendingPath(path: string, value: string): Check {
  const errors: Check = [];
  if (value.startsWith('/')) errors.push(invalid(path, value, 'must be a relative path'));
  if (value.split('/').includes('..')) errors.push(invalid(path, value, "must not contain '..'"));
  return errors;
}

/** As above, and no name of a volume's own bookkeeping. */
function validateFilePath(path: string, value: string): Check {
  if (isEmpty(value)) return [required(path)];
  const errors = validateDescendingPath(path, value);
  if (value.startsWith('..') && errors.length === 0)
    errors.push(invalid(path, value, "must not start with '..'"));
  return errors;
}

const keyItems = (items: Loose, path: string): Check =>
  onEach(items, path, (item, at) => [
    ...neededName(`${at}.key`, item.key, isConfigMapKey),
    ...validateFilePath(`${at}.path`, item.path),
    ...validateMode(`${at}.mode`, item.mode),
  ]);

const downwardItems = (items: Loose, path: string): Check =>
  onEach(items, path, (item, at) => [
    ...validateFilePath(`${at}.path`, item.path),
    ...(item.fieldRef ? validateFieldRef(item.fieldRef, `${at}.fieldRef`, downwardFields) : []),
    ...(item.resourceFieldRef
      ? validateResourceFieldRef(item.resourceFieldRef, `${at}.resourceFieldRef`, true)
      : []),
    ...(item.fieldRef || item.resourceFieldRef
      ? []
      : [required(at, 'one of fieldRef and resourceFieldRef is required')]),
    ...(item.fieldRef && item.resourceFieldRef
      ? [
          invalid(
            at,
            'resource',
            'fieldRef and resourceFieldRef can not be specified simultaneously',
          ),
        ]
      : []),
    ...validateMode(`${at}.mode`, item.mode),
  ]);

const projectedChecks: Readonly<Record<string, (source: Loose, path: string) => Check>> = {
  secret: (source, path) => [
    ...needed(`${path}.name`, source.name),
    ...keyItems(source.items, `${path}.items`),
  ],
  configMap: (source, path) => [
    ...needed(`${path}.name`, source.name),
    ...keyItems(source.items, `${path}.items`),
  ],
  downwardAPI: (source, path) => downwardItems(source.items, `${path}.items`),
  serviceAccountToken: (source, path) => [
    ...(isAbsent(source.expirationSeconds) || source.expirationSeconds >= 600
      ? []
      : [
          invalid(
            `${path}.expirationSeconds`,
            source.expirationSeconds,
            'may not specify a duration less than 10 minutes',
          ),
        ]),
    ...validateFilePath(`${path}.path`, source.path),
  ],
  clusterTrustBundle: (source, path) => needed(`${path}.path`, source.path),
  podCertificate: (source, path) => needed(`${path}.signerName`, source.signerName),
};

const projectedSources = (sources: Loose, path: string): Check =>
  onEach(sources, path, (source, at) => {
    const named = Object.keys(projectedChecks).filter((name) => source[name]);
    if (named.length > 1) return [forbidden(at, 'may not specify more than 1 volume type')];
    return named.flatMap((name) => projectedChecks[name]?.(source[name], `${at}.${name}`) ?? []);
  });

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

const cachingModes = ['None', 'ReadOnly', 'ReadWrite'];
const diskKinds = ['Dedicated', 'Managed', 'Shared'];

function validateAzureDisk(disk: Loose, path: string): Check {
  const { diskName, diskURI = '', cachingMode, kind } = disk;
  const managed = kind === 'Managed';
  const [start, example] = managed
    ? [
        '/subscriptions/',
        '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}',
      ]
    : ['https://', 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd'];
  const known = (field: string, value: Loose, supported: readonly string[]): Check =>
    isAbsent(value) || supported.includes(value)
      ? []
      : [fieldErrors.notSupported(`${path}.${field}`, value, supported)];
  return [
    ...needed(`${path}.diskName`, diskName),
    ...needed(`${path}.diskURI`, diskURI),
    ...known('cachingMode', cachingMode, cachingModes),
    ...known('kind', kind, diskKinds),
    ...(isAbsent(kind) || diskURI.startsWith(start ?? '')
      ? []
      : [fieldErrors.notSupported(`${path}.diskURI`, diskURI, [example ?? ''])]),
  ];
}

/** A source of which these fields must be there. */
const needs =
  (...fields: string[]) =>
  (source: Loose, path: string): Check =>
    fields.flatMap((field) => needed(`${path}.${field}`, source[field]));

const hostPort = /^([^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/;

function validateQuobyte({ registry = '', tenant = '', volume }: Loose, path: string): Check {
  const pairs = 'must be a host:port pair or multiple pairs separated by commas';
  const first = (): Check => {
    if (registry === '') return [required(`${path}.registry`, pairs)];
    if (tenant.length > 64) {
      const why = 'must be a UUID and may not exceed a length of 64 characters';
      return [required(`${path}.tenant`, why)];
    }
    const bad = registry.split(',').filter((pair: string) => !hostPort.test(pair));
    return bad.map(() => invalid(`${path}.registry`, registry, pairs));
  };
  return [...first(), ...needed(`${path}.volume`, volume)];
}

/** Names of iSCSI: of a year and a domain, or a number. */
const iscsiNames: Readonly<Record<string, RegExp>> = {
  iqn: /iqn\.\d{4}-\d{2}\.([A-Za-z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[A-Za-z0-9]{16}$/,
  naa: /^naa.[A-Za-z0-9]{32}$/,
};

function iscsiName(name: string, path: string): Check {
  const form = iscsiNames[name.slice(0, 3)];
  if (!form) return [invalid(path, name, 'must be valid format starting with iqn, eui, or naa')];
  return form.test(name) ? [] : [invalid(path, name, 'must be valid format')];
}

function validateIscsi(source: Loose, path: string): Check {
  const { iqn, initiatorName, secretRef, chapAuthDiscovery, chapAuthSession } = source;
  return [
    ...needed(`${path}.targetPortal`, source.targetPortal),
    ...(isEmpty(iqn) ? [required(`${path}.iqn`)] : iscsiName(iqn, `${path}.iqn`)),
    ...between(`${path}.lun`, source.lun, 0, 255),
    ...((chapAuthDiscovery || chapAuthSession) && !secretRef
      ? [required(`${path}.secretRef`)]
      : []),
    ...(isAbsent(initiatorName) ? [] : iscsiName(initiatorName, `${path}.initiatorname`)),
  ];
}

/** What each source needs. Sources that are not named here are checked by their structure alone. */
const sourceChecks: Readonly<Record<string, (source: Loose, path: string) => Check>> = {
  emptyDir: (source, path) =>
    nonNegativeQuantity(`${path}.sizeLimit`, source.sizeLimit).map((error) => ({
      ...error,
      type: 'FieldValueForbidden' as const,
      detail: 'SizeLimit field must be a valid resource quantity',
    })),
  hostPath: (source, path) => {
    if (isEmpty(source.path)) return [required(`${path}.path`)];
    return [
      ...(source.path.split('/').includes('..')
        ? [invalid(`${path}.path`, source.path, "must not contain '..'")]
        : []),
      ...oneOf(`${path}.type`, source.type, hostPathTypes),
    ];
  },
  secret: (source, path) => [
    ...needed(`${path}.secretName`, source.secretName),
    ...validateMode(`${path}.defaultMode`, source.defaultMode),
    ...keyItems(source.items, `${path}.items`),
  ],
  configMap: (source, path) => [
    ...needed(`${path}.name`, source.name),
    ...validateMode(`${path}.defaultMode`, source.defaultMode),
    ...keyItems(source.items, `${path}.items`),
  ],
  downwardAPI: (source, path) => [
    ...validateMode(`${path}.defaultMode`, source.defaultMode),
    ...downwardItems(source.items, `${path}.items`),
  ],
  projected: (source, path) => [
    ...validateMode(`${path}.defaultMode`, source.defaultMode),
    ...projectedSources(source.sources, `${path}.sources`),
  ],
  persistentVolumeClaim: (source, path) => needed(`${path}.claimName`, source.claimName),
  nfs: (source, path) => [
    ...needed(`${path}.server`, source.server),
    ...needed(`${path}.path`, source.path),
    ...(source.path?.startsWith('/')
      ? []
      : [invalid(`${path}.path`, source.path ?? '', 'must be an absolute path')]),
  ],
  quobyte: validateQuobyte,
  csi: (source, path) => [
    ...validateDriverName(source.driver, `${path}.driver`),
    ...(source.nodePublishSecretRef && isEmpty(source.nodePublishSecretRef.name)
      ? [required(`${path}.nodePublishSecretRef.name`)]
      : []),
  ],
  iscsi: validateIscsi,
  awsElasticBlockStore: (source, path) => [
    ...needed(`${path}.volumeID`, source.volumeID),
    ...between(`${path}.partition`, source.partition, 0, 255),
  ],
  gcePersistentDisk: (source, path) => [
    ...needed(`${path}.pdName`, source.pdName),
    ...between(`${path}.partition`, source.partition, 0, 255),
  ],
  azureDisk: validateAzureDisk,
  azureFile: needs('secretName', 'shareName'),
  cephfs: (source, path) => (source.monitors?.length ? [] : [required(`${path}.monitors`)]),
  cinder: needs('volumeID'),
  flexVolume: needs('driver'),
  gitRepo: needs('repository'),
  glusterfs: needs('endpoints', 'path'),
  photonPersistentDisk: needs('pdID'),
  portworxVolume: needs('volumeID'),
  rbd: (source, path) => [
    ...(source.monitors?.length ? [] : [required(`${path}.monitors`)]),
    ...needed(`${path}.image`, source.image),
  ],
  scaleIO: needs('gateway', 'system', 'volumeName'),
  storageos: needs('volumeName'),
  vsphereVolume: needs('volumePath'),
  ephemeral: (source, path) =>
    source.volumeClaimTemplate
      ? validateClaimSpec(source.volumeClaimTemplate.spec ?? {}, `${path}.volumeClaimTemplate.spec`)
      : [required(`${path}.volumeClaimTemplate`)],
  image: (source, path) => [
    // In a template the image may be filled in later.
    ...(path.startsWith('spec.volumes') ? needed(`${path}.reference`, source.reference) : []),
    ...oneOf(`${path}.pullPolicy`, source.pullPolicy, ['Always', 'IfNotPresent', 'Never']),
  ],
};

/**
 * The one source of a volume of a pod or of a persistent volume.
 *
 * @param order all sources, as upstream looks for them
 * @param judged those that are judged also when they are one too many
 */
export function validateVolumeSource(
  holder: Loose,
  path: string,
  order: readonly string[],
  judged: readonly string[] = [],
): Check {
  const named = order.filter((name) => holder[name]);
  if (named.length === 0) return [required(path, 'must specify a volume type')];
  return named.flatMap((name, index) => {
    const { own = name, spare = name } = spelled[name] ?? {};
    return index > 0 && !judged.includes(name)
      ? [forbidden(`${path}.${spare}`, 'may not specify more than 1 volume type')]
      : (sourceChecks[name]?.(holder[name], `${path}.${own}`) ?? []);
  });
}

export function validateVolumes(volumes: Loose, path: string): Check {
  const names = new Set<string>();
  return onEach(volumes, path, (volume, at) => {
    const errors: Check = [
      ...validateVolumeSource(volume, at, sourcesOfPods),
      ...(isEmpty(volume.name)
        ? [required(`${at}.name`)]
        : follows(`${at}.name`, volume.name, isDns1123Label)),
    ];
    if (names.has(volume.name)) errors.push(duplicate(`${at}.name`, volume.name));
    if (errors.length === 0) names.add(volume.name);
    return errors;
  });
}
