import {
  deepEqual,
  fieldErrors,
  isDns1123Subdomain,
  isQualifiedName,
  type KubeObject,
  validateLabelSelector,
} from '@dormice/apimachinery';
import {
  type Check,
  follows,
  immutable,
  isAbsent,
  nonNegative,
  nonNegativeQuantity,
  onEach,
} from '../checks.ts';
import { validateDriverName } from '../core/volumes/paths.ts';
import type { Loose } from '../loose.ts';

const { duplicate, invalid, notSupported, required } = fieldErrors;

const fsGroupPolicies = ['File', 'None', 'ReadWriteOnceWithFSType'];
const modes = ['Persistent', 'Ephemeral'];
const longestNodeId = 256;
const shortestToken = 600;

function validateTokenRequests(requests: Loose, path: string): Check {
  const audiences = new Set<string>();
  return onEach(requests, path, ({ audience = '', expirationSeconds }, at) => {
    if (audiences.has(audience)) return [duplicate(`${at}.audience`, audience)];
    audiences.add(audience);
    if (isAbsent(expirationSeconds)) return [];
    const where = `${at}.expirationSeconds`;
    if (expirationSeconds < shortestToken)
      return [invalid(where, expirationSeconds, 'may not specify a duration less than 10 minutes')];
    return expirationSeconds > 2 ** 32
      ? [invalid(where, expirationSeconds, 'may not specify a duration larger than 2^32 seconds')]
      : [];
  });
}

export function validateCsiDriver(driver: KubeObject): Check {
  const { spec = {} } = driver as KubeObject[string];
  const period = spec.nodeAllocatableUpdatePeriodSeconds;
  return [
    ...(isAbsent(spec.fsGroupPolicy) || fsGroupPolicies.includes(spec.fsGroupPolicy)
      ? []
      : [notSupported('spec.fsGroupPolicy', spec.fsGroupPolicy, fsGroupPolicies)]),
    ...validateTokenRequests(spec.tokenRequests, 'spec.tokenRequests'),
    ...onEach(spec.volumeLifecycleModes, 'spec.volumeLifecycleModes', (mode) =>
      modes.includes(mode) ? [] : [notSupported('spec.volumeLifecycleModes', mode, modes)],
    ),
    ...(!isAbsent(period) && period < 10
      ? [
          invalid(
            'spec.nodeAllocatableUpdatePeriodSeconds',
            period,
            'must be greater than or equal to 10 seconds',
          ),
        ]
      : []),
    ...(!isAbsent(spec.serviceAccountTokenInSecrets) && !spec.tokenRequests?.length
      ? [
          invalid(
            'spec.serviceAccountTokenInSecrets',
            spec.serviceAccountTokenInSecrets,
            'serviceAccountTokenInSecrets is set but no tokenRequests are specified',
          ),
        ]
      : []),
  ];
}

export const validateCsiDriverUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...validateCsiDriver(next),
  // The path is upstream's, slip of the pen included.
  ...immutable('spec.attachedRequired', next['spec']?.attachRequired, old['spec']?.attachRequired),
  ...immutable(
    'spec.volumeLifecycleModes',
    next['spec']?.volumeLifecycleModes,
    old['spec']?.volumeLifecycleModes,
  ),
];

const warningOfTokens =
  'spec.serviceAccountTokenInSecrets is unset; if supported by this CSI driver, set to true to prevent possible logging of tokens in volume attributes';

export const csiDriverWarnings = (driver: KubeObject): string[] =>
  driver['spec']?.tokenRequests?.length && isAbsent(driver['spec'].serviceAccountTokenInSecrets)
    ? [warningOfTokens]
    : [];

function validateTopologyKeys(keys: Loose, path: string): Check {
  return onEach(keys, path, (key, _at, index) => [
    ...(key === '' ? [required(path)] : []),
    ...(keys.indexOf(key) < index ? [duplicate(path, key)] : []),
    ...follows(path, key, isQualifiedName),
  ]);
}

export function validateCsiNode(node: KubeObject): Check {
  const names = new Set<string>();
  return onEach(node['spec']?.drivers, 'spec.drivers', (driver, at) => {
    const { name = '', nodeID = '', allocatable, topologyKeys } = driver;
    const again = names.has(name);
    names.add(name);
    return [
      ...validateDriverName(name, `${at}.name`),
      ...(nodeID === '' ? [required(`${at}.nodeID`)] : []),
      ...(nodeID.length > longestNodeId
        ? [invalid(`${at}.nodeID`, nodeID, `must be ${longestNodeId} characters or less`)]
        : []),
      ...nonNegative(`${at}.allocatable.count`, allocatable?.count),
      ...(again ? [duplicate(`${at}.name`, name)] : []),
      ...validateTopologyKeys(topologyKeys, at),
    ];
  });
}

const withoutAllocatable = ({ allocatable: _, ...driver }: Loose): Loose => driver;

export const validateCsiNodeUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...validateCsiNode(next),
  ...onEach(old['spec']?.drivers, '', (before) =>
    onEach(next['spec']?.drivers, '', (after) =>
      before.name === after.name
        ? immutable('spec.drivers', withoutAllocatable(after), withoutAllocatable(before))
        : [],
    ),
  ),
];

export const validateStorageCapacity = (capacity: KubeObject): Check => [
  ...(capacity['nodeTopology']
    ? validateLabelSelector(capacity['nodeTopology'], 'nodeTopology')
    : []),
  ...follows('storageClassName', capacity['storageClassName'] ?? '', isDns1123Subdomain),
  ...nonNegativeQuantity('capacity', capacity['capacity']),
];

export const validateStorageCapacityUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...validateStorageCapacity(next),
  ...['nodeTopology', 'storageClassName']
    .filter((field) => !deepEqual(next[field], old[field]))
    .map((field) => invalid(field, next[field] ?? null, 'field is immutable')),
];
