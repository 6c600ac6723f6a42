import {
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  type KubeObject,
} from '@dormice/apimachinery';
import { type Check, follows, immutable, isAbsent, isEmpty, tooMany } from '../checks.ts';
import { isExtendedResource } from '../core/resource-names.ts';
import { validateNodeSelector } from '../core/validate-affinity.ts';
import { validateDriverName } from '../core/volumes/paths.ts';
import { each, type Loose } from '../loose.ts';
import { atMost, uniqueAtMost } from './lists.ts';
import { validateConfiguration, validateSelectors } from './validate-claim.ts';
import { validateAttributeName, validatePoolName, validateTaint } from './validate-names.ts';

const { forbidden, invalid, required, tooLong } = fieldErrors;

const most = {
  devices: 128,
  specialDevices: 64,
  attributes: 32,
  counterSets: 8,
  counters: 32,
  consumptions: 2,
  taints: 16,
};
const longestAttribute = 64;
const version =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(\.(0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*)?(\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*)?$/;

function validateAttribute(attribute: Loose, path: string): Check {
  const { string: text, version: number } = attribute;
  const given = ['bool', 'int', 'string', 'version'].filter((name) => !isAbsent(attribute[name]));
  const short = (value: string, at: string): Check =>
    value.length > longestAttribute ? [tooLong(at, longestAttribute)] : [];
  return [
    ...(isAbsent(text) ? [] : short(text, `${path}.string`)),
    ...(isAbsent(number) || version.test(number)
      ? []
      : [
          invalid(
            `${path}.version`,
            number,
            'must be a string compatible with semver.org spec 2.0.0',
          ),
        ]),
    ...(isAbsent(number) ? [] : short(number, `${path}.version`)),
    ...(given.length === 1
      ? []
      : [
          invalid(path, given.length === 0 ? '' : attribute, 'exactly one value must be specified'),
        ]),
  ];
}

const validateCounters = (counters: Loose, path: string): Check => {
  const names = Object.keys(counters ?? {});
  if (names.length === 0) return [required(path)];
  if (names.length > most.counters) return [tooMany(path, names.length, most.counters)];
  return names.flatMap((name) => follows(`${path}[${name}]`, name, isDns1123Label));
};

const validateCounterSetName = (name: Loose, path: string): Check =>
  isEmpty(name) ? [required(path)] : follows(path, name, isDns1123Label);

/** Where a device is: said here only when the slice leaves it to its devices. */
function validateDeviceNode(device: Loose, path: string, perDevice: boolean): Check {
  const { nodeName, nodeSelector, allNodes } = device;
  const one =
    'exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec';
  if (!perDevice)
    return isAbsent(nodeName) && !nodeSelector && isAbsent(allNodes)
      ? []
      : [
          invalid(
            path,
            null,
            '`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec',
          ),
        ];
  const given = [
    ...(nodeName ? ['`nodeName`'] : []),
    ...(nodeSelector ? ['`nodeSelector`'] : []),
    ...(allNodes ? ['`allNodes`'] : []),
  ];
  return [
    ...(nodeName === '' ? [invalid(`${path}.nodeName`, '', 'must not be empty')] : []),
    ...(nodeName ? follows(`${path}.nodeName`, nodeName, isDns1123Subdomain) : []),
    ...validateNodeSelector(nodeSelector, `${path}.nodeSelector`),
    ...(allNodes === false
      ? [invalid(`${path}.allNodes`, false, 'must be either unset or set to true')]
      : []),
    ...(given.length === 0 ? [required(path, one)] : []),
    ...(given.length > 1 ? [invalid(path, `{${given.join(', ')}}`, one)] : []),
  ];
}

function validateDevice(device: Loose, path: string, perDevice: boolean): Check {
  const attributes = Object.entries(device.attributes ?? {});
  const capacities = Object.entries(device.capacity ?? {}) as [string, Loose][];
  const count = attributes.length + capacities.length;
  return [
    ...follows(`${path}.name`, device.name ?? '', isDns1123Label),
    ...(count > most.attributes
      ? [
          invalid(
            path,
            count,
            `the total number of attributes and capacities must not exceed ${most.attributes}`,
          ),
        ]
      : []),
    ...attributes.flatMap(([name, attribute]) => [
      ...validateAttributeName(name, `${path}.attributes[${name}]`),
      ...validateAttribute(attribute, `${path}.attributes[${name}]`),
    ]),
    ...capacities.flatMap(([name, capacity]) => [
      ...validateAttributeName(name, `${path}.capacity[${name}]`),
      ...(capacity?.requestPolicy
        ? [
            forbidden(
              `${path}.capacity[${name}].requestPolicy`,
              'allowMultipleAllocations must be true',
            ),
          ]
        : []),
    ]),
    ...atMost(device.taints, `${path}.taints`, most.taints, validateTaint),
    ...uniqueAtMost(
      device.consumesCounters,
      `${path}.consumesCounters`,
      most.consumptions,
      (item, at) => [
        ...validateCounterSetName(item.counterSet, `${at}.counterSet`),
        ...validateCounters(item.counters, `${at}.counters`),
      ],
      ({ counterSet }) => counterSet ?? '',
    ),
    ...validateDeviceNode(device, path, perDevice),
  ];
}

const flag = (path: string, value: Loose): Check =>
  value === false ? [invalid(path, false, 'must be either unset or set to true')] : [];

/** Where the devices of a slice are: exactly one way of saying so. */
function validateNode(spec: Loose): Check {
  const { nodeName, nodeSelector, allNodes, perDeviceNodeSelection } = spec;
  const given = Object.entries({ nodeName, nodeSelector, allNodes, perDeviceNodeSelection })
    .filter(([, value]) => value)
    .map(([name]) => `\`${name}\``);
  const one =
    'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required';
  const terms = each(nodeSelector?.nodeSelectorTerms);
  return [
    ...(nodeName === ''
      ? [invalid('spec.nodeName', '', 'must be either unset or set to a non-empty string')]
      : []),
    ...(nodeName ? follows('spec.nodeName', nodeName, isDns1123Subdomain) : []),
    ...validateNodeSelector(nodeSelector, 'spec.nodeSelector'),
    ...(nodeSelector && terms.length !== 1
      ? [
          invalid(
            'spec.nodeSelector.nodeSelectorTerms',
            terms,
            'must have exactly one node selector term',
          ),
        ]
      : []),
    ...flag('spec.allNodes', allNodes),
    ...flag('spec.perDeviceNodeSelection', perDeviceNodeSelection),
    ...(given.length === 0 ? [required('spec', one)] : []),
    ...(given.length > 1
      ? [invalid('spec', `{${given.join(', ')}}`, `${one}, but multiple fields are set`)]
      : []),
  ];
}

function validatePool(pool: Loose): Check {
  const { resourceSliceCount: count = 0, generation = 0 } = pool;
  return [
    ...validatePoolName(pool.name, 'spec.pool.name'),
    ...(count > 0
      ? []
      : [invalid('spec.pool.resourceSliceCount', count, 'must be greater than zero')]),
    ...(generation >= 0
      ? []
      : [invalid('spec.pool.generation', generation, 'must be greater than or equal to zero')]),
  ];
}

const fixedFields = ['pool.name', 'driver', 'nodeName'];

function validateFixed(spec: Loose, old: Loose): Check {
  if (!old) return [];
  const at = (holder: Loose, path: string): Loose =>
    path.split('.').reduce((here, part) => here?.[part], holder);
  return fixedFields.flatMap((path) => immutable(`spec.${path}`, at(spec, path), at(old, path)));
}

function validateContents(spec: Loose): Check {
  const special = each(spec.devices).some(
    ({ taints, consumesCounters }) => each(taints).length + each(consumesCounters).length > 0,
  );
  const perDevice = spec.perDeviceNodeSelection === true;
  return [
    ...(each(spec.sharedCounters).length > 0 && spec.devices
      ? [invalid('spec', '', 'only one of `sharedCounters` or `devices` is allowed')]
      : []),
    ...uniqueAtMost(
      spec.devices,
      'spec.devices',
      special ? most.specialDevices : most.devices,
      (device, at) => validateDevice(device, at, perDevice),
      ({ name }) => name ?? '',
    ),
    ...uniqueAtMost(
      spec.sharedCounters,
      'spec.sharedCounters',
      most.counterSets,
      (set, at) => [
        ...validateCounterSetName(set.name, `${at}.name`),
        ...validateCounters(set.counters, `${at}.counters`),
      ],
      ({ name }) => name ?? '',
    ),
  ];
}

function validate(slice: KubeObject, old?: KubeObject): Check {
  const { spec = {} } = slice as KubeObject[string];
  return [
    ...validateDriverName(spec.driver, 'spec.driver'),
    ...validatePool(spec.pool ?? {}),
    ...validateFixed(spec, old?.['spec']),
    ...validateNode(spec),
    ...validateContents(spec),
  ];
}

export const validateResourceSlice = (slice: KubeObject): Check => validate(slice);
export const validateResourceSliceUpdate = (next: KubeObject, old: KubeObject): Check =>
  validate(next, old);

export function validateDeviceClass(deviceClass: KubeObject): Check {
  const { spec = {} } = deviceClass as KubeObject[string];
  const name = spec.extendedResourceName;
  return [
    ...validateSelectors(spec.selectors, 'spec.selectors'),
    ...atMost(spec.config, 'spec.config', 32, validateConfiguration),
    ...(isAbsent(name) || isExtendedResource(name)
      ? []
      : [invalid('spec.extendedResourceName', name, 'must be a valid extended resource name')]),
  ];
}
