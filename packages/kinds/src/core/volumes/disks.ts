import { fieldErrors, isDns1123Label } from '@dormice/apimachinery';
import { between, type Check, follows, isAbsent, isEmpty, needed } from '../../checks.ts';
import { each, type Loose } from '../../loose.ts';

const { invalid, notSupported, required } = fieldErrors;

const cachingModes = ['None', 'ReadOnly', 'ReadWrite'];
const diskKinds = ['Dedicated', 'Managed', 'Shared'];

export function validateAzureDisk(disk: Loose, path: string): Check {
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
      : [notSupported(`${path}.${field}`, value, supported)];
  return [
    ...needed(`${path}.diskName`, diskName),
    ...needed(`${path}.diskURI`, diskURI),
    ...known('cachingMode', cachingMode, cachingModes),
    ...known('kind', kind, diskKinds),
    ...(isAbsent(kind) || diskURI.startsWith(start ?? '')
      ? []
      : [notSupported(`${path}.diskURI`, diskURI, [example ?? ''])]),
  ];
}

const hostPort = /^([^:[\]]*|\[[^[\]]*\]):[^:[\]]*$/;

export function validateQuobyte(
  { registry = '', tenant = '', volume }: Loose,
  path: string,
): Check {
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

const badForm = 'must be valid format';

function iscsiName(name: string, path: string, unknown: string): Check {
  const form = iscsiNames[name.slice(0, 3)];
  if (!form) return [invalid(path, name, unknown)];
  return form.test(name) ? [] : [invalid(path, name, badForm)];
}

const longestPortal = 64;

/** `volume`: the name of the persistent volume that it is a source of, whose secrets have names. */
export function validateIscsi(source: Loose, path: string, volume?: string): Check {
  const { iqn, initiatorName, secretRef, chapAuthDiscovery, chapAuthSession } = source;
  const { targetPortal = '' } = source;
  const unknown = volume === undefined ? `${badForm} starting with iqn, eui, or naa` : badForm;
  const tooLong = `${volume ?? ''}:${targetPortal}`.length > longestPortal;
  const why =
    'Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.';
  return [
    ...needed(`${path}.targetPortal`, targetPortal),
    ...(volume !== undefined && !isAbsent(initiatorName) && tooLong
      ? [invalid(`${path}.targetportal`, targetPortal, why)]
      : []),
    ...(isEmpty(iqn) ? [required(`${path}.iqn`)] : iscsiName(iqn, `${path}.iqn`, unknown)),
    ...between(`${path}.lun`, source.lun, 0, 255),
    ...((chapAuthDiscovery || chapAuthSession) && !secretRef
      ? [required(`${path}.secretRef`)]
      : []),
    ...(volume !== undefined && secretRef ? needed(`${path}.secretRef.name`, secretRef.name) : []),
    ...(isAbsent(initiatorName) ? [] : iscsiName(initiatorName, `${path}.initiatorname`, unknown)),
  ];
}

export function validateFibreChannel({ targetWWNs, wwids, lun }: Loose, path: string): Check {
  const [targets, worlds] = [each(targetWWNs), each(wwids)];
  const at = `${path}.targetWWNs`;
  const either = 'must specify either targetWWNs or wwids, but not both';
  const both = 'targetWWNs and wwids can not be specified simultaneously';
  return [
    ...(targets.length + worlds.length === 0 ? [required(at, either)] : []),
    ...(targets.length > 0 && worlds.length > 0 ? [invalid(at, targets, both)] : []),
    ...(targets.length === 0
      ? []
      : isAbsent(lun)
        ? [required(`${path}.lun`, 'lun is required if targetWWNs is specified')]
        : between(`${path}.lun`, lun, 0, 255)),
  ];
}

export function validateFlocker(
  { datasetName = '', datasetUUID = '' }: Loose,
  path: string,
): Check {
  const both = 'datasetName and datasetUUID can not be specified simultaneously';
  return [
    ...(datasetName === '' && datasetUUID === ''
      ? [required(path, 'one of datasetName and datasetUUID is required')]
      : []),
    ...(datasetName !== '' && datasetUUID !== '' ? [invalid(path, 'resource', both)] : []),
    ...(datasetName.includes('/')
      ? [invalid(`${path}.datasetName`, datasetName, "must not contain '/'")]
      : []),
  ];
}

const ours = /\.(kubernetes|k8s)\.io$/i;

export const validateFlexVolume = ({ driver, options }: Loose, path: string): Check => [
  ...needed(`${path}.driver`, driver),
  ...Object.keys(options ?? {})
    .filter((option) => ours.test(`.${option.split('/', 1)[0]}`))
    .map((option) =>
      invalid(
        `${path}.options[${option}]`,
        option,
        'kubernetes.io and k8s.io namespaces are reserved',
      ),
    ),
];

/** @param fields what a reference to a Secret must have */
export const validateStorageOs = (
  source: Loose,
  path: string,
  fields: readonly string[],
): Check => [
  ...(isEmpty(source.volumeName)
    ? [required(`${path}.volumeName`)]
    : follows(`${path}.volumeName`, source.volumeName, isDns1123Label)),
  ...(isEmpty(source.volumeNamespace)
    ? []
    : follows(`${path}.volumeNamespace`, source.volumeNamespace, isDns1123Label)),
  ...validateSecretRef(source.secretRef, `${path}.secretRef`, fields),
];

export const validateSecretRef = (ref: Loose, path: string, fields: readonly string[]): Check =>
  ref ? fields.flatMap((field) => needed(`${path}.${field}`, ref[field])) : [];
