import {
  deepEqual,
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  isPlainObject,
  type KubeObject,
  validateAnnotations,
  validateLabels,
} from '@dormice/apimachinery';
import { type Check, follows, isAbsent, isEmpty, needed } from '../checks.ts';
import { validateNodeSelector } from '../core/validate-affinity.ts';
import { validateDriverName } from '../core/volumes/paths.ts';
import type { KindContext } from '../kind.ts';
import { each, type Loose } from '../loose.ts';
import { validateExpression } from './device-selectors.ts';
import { atMost, uniqueAtMost } from './lists.ts';
import { validateFullName, validatePoolName } from './validate-names.ts';

const { forbidden, invalid, notSupported, required, tooLong } = fieldErrors;

const most = { requests: 32, alternatives: 8, selectors: 32, constraints: 32, config: 32 };
const mostConsumers = 256;
const longestExpression = 10 * 1024;
const longestParameters = 10 * 1024;
const modes = ['All', 'ExactCount'];
const isLabel = (name: Loose, path: string): Check => follows(path, name ?? '', isDns1123Label);

/** CEL expressions that choose devices. */
export const validateSelectors = (selectors: Loose, path: string): Check =>
  atMost(selectors, path, most.selectors, ({ cel }, at) => {
    if (!cel) return [required(`${at}.cel`)];
    const expression: string = cel.expression ?? '';
    return expression.length > longestExpression
      ? [tooLong(`${at}.cel.expression`, longestExpression)]
      : validateExpression(expression, `${at}.cel.expression`);
  });

function validateMode({ allocationMode: mode = '', count = 0 }: Loose, path: string): Check {
  const at = `${path}.count`;
  if (!modes.includes(mode)) return [notSupported(`${path}.allocationMode`, mode, modes)];
  if (mode === 'ExactCount')
    return count > 0 ? [] : [invalid(at, count, 'must be greater than zero')];
  return count === 0
    ? []
    : [invalid(at, count, "must not be specified when allocationMode is 'All'")];
}

const validateDevices = (request: Loose, path: string): Check => [
  ...(isEmpty(request.deviceClassName)
    ? [required(`${path}.deviceClassName`)]
    : follows(`${path}.deviceClassName`, request.deviceClassName, isDns1123Subdomain)),
  ...validateSelectors(request.selectors, `${path}.selectors`),
  ...validateMode(request, path),
];

function validateRequest(request: Loose, path: string): Check {
  const errors = isLabel(request.name, `${path}.name`);
  const alternatives = each(request.firstAvailable).length > 0;
  const one = 'exactly one of `exactly` or `firstAvailable` is required';
  if (!alternatives && !request.exactly) return [...errors, required(path, one)];
  if (alternatives && request.exactly)
    return [...errors, invalid(path, null, `${one}, but multiple fields are set`)];
  if (request.exactly) return [...errors, ...validateDevices(request.exactly, `${path}.exactly`)];
  return [
    ...errors,
    ...uniqueAtMost(
      request.firstAvailable,
      `${path}.firstAvailable`,
      most.alternatives,
      (item, at) => [...isLabel(item.name, `${at}.name`), ...validateDevices(item, at)],
      ({ name }) => name,
    ),
  ];
}

/** Names by which constraints and configurations may speak of requests: `request`, `request/alternative`. */
const referencesOf = (devices: Loose): ReadonlySet<string> =>
  new Set(
    each(devices?.requests).flatMap((request) => [
      request.name,
      ...each(request.firstAvailable).map(({ name }) => `${request.name}/${name}`),
    ]),
  );

const noReference =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

function validateReference(name: string, path: string, known: ReadonlySet<string>): Check {
  const parts = name.split('/');
  if (parts.length > 2) return [invalid(path, name, noReference)];
  return [
    ...parts.flatMap((part) => isLabel(part, path)),
    ...(known.has(name) ? [] : [invalid(path, name, noReference)]),
  ];
}

const validateReferences = (names: Loose, path: string, known: ReadonlySet<string>): Check =>
  uniqueAtMost(names, path, most.requests, (name, at) => validateReference(name, at, known));

function validateParameters(value: unknown, path: string): Check {
  if (isAbsent(value)) return [required(path)];
  if (!isPlainObject(value))
    return [invalid(path, '<value omitted>', 'must be a valid JSON object')];
  return JSON.stringify(value).length > longestParameters ? [tooLong(path, longestParameters)] : [];
}

/** Words for a driver that nobody else reads. */
export function validateConfiguration({ opaque }: Loose, path: string): Check {
  if (!opaque) return [required(`${path}.opaque`)];
  return [
    ...validateDriverName(opaque.driver, `${path}.opaque.driver`),
    ...validateParameters(opaque.parameters, `${path}.opaque.parameters`),
  ];
}

function validateSpec(spec: Loose, path: string): Check {
  const devices = spec?.devices ?? {};
  const known = referencesOf(devices);
  const at = `${path}.devices`;
  return [
    ...uniqueAtMost(
      devices.requests,
      `${at}.requests`,
      most.requests,
      validateRequest,
      ({ name }) => name,
    ),
    ...atMost(devices.constraints, `${at}.constraints`, most.constraints, (constraint, where) => [
      ...validateReferences(constraint.requests, `${where}.requests`, known),
      ...(isAbsent(constraint.matchAttribute)
        ? [required(`${where}.matchAttribute`)]
        : validateFullName(constraint.matchAttribute, `${where}.matchAttribute`)),
    ]),
    ...atMost(devices.config, `${at}.config`, most.config, (config, where) => [
      ...validateReferences(config.requests, `${where}.requests`, known),
      ...validateConfiguration(config, where),
    ]),
  ];
}

const adminLabel = 'resource.kubernetes.io/admin-access';
const adminDenied = `admin access to devices requires the \`${adminLabel}: true\` label on the containing namespace`;

/** Who administers devices that others use does it in a namespace that is for it. */
function validateAdmin(devices: Loose, { namespaceLabels }: KindContext): Check {
  const index = each(devices?.requests).findIndex(({ exactly }) => exactly?.adminAccess === true);
  if (index < 0 || namespaceLabels?.()[adminLabel] === 'true') return [];
  return [forbidden(`spec.devices.requests[${index}].adminAccess`, adminDenied)];
}

export const validateResourceClaim = (claim: KubeObject, context: KindContext): Check => [
  ...validateAdmin(claim['spec']?.devices, context),
  ...validateSpec(claim['spec'], 'spec'),
];

/** What was asked for stays; Go prints the spec with its own names. */
const sameSpec = (next: KubeObject, old: KubeObject): Check =>
  deepEqual(next['spec'], old['spec'])
    ? []
    : [invalid('spec', next['spec'] ?? null, 'field is immutable')];

const validateAllocation = (allocation: Loose, path: string, known: ReadonlySet<string>): Check => [
  ...atMost(allocation.devices?.results, `${path}.devices.results`, most.requests, (result, at) => [
    ...validateReference(result.request ?? '', `${at}.request`, known),
    ...validateDriverName(result.driver, `${at}.driver`),
    ...validatePoolName(result.pool, `${at}.pool`),
    ...isLabel(result.device, `${at}.device`),
  ]),
  ...atMost(allocation.devices?.config, `${path}.devices.config`, 2 * most.config, (config, at) => [
    ...(isEmpty(config.source)
      ? [required(`${at}.source`)]
      : ['FromClaim', 'FromClass'].includes(config.source)
        ? []
        : [notSupported(`${at}.source`, config.source, ['FromClaim', 'FromClass'])]),
    ...validateReferences(config.requests, `${at}.requests`, known),
    ...validateConfiguration(config, at),
  ]),
  ...validateNodeSelector(allocation.nodeSelector, `${path}.nodeSelector`),
];

/** As Go prints its identifier of a device. */
const shownDevice = ({ driver = '', pool = '', device = '', shareID = '' }: Loose): object => ({
  Driver: driver,
  Pool: pool,
  Device: device,
  ShareID: shareID,
});

const deviceKey = ({ driver = '', pool = '', device = '' }: Loose): string =>
  `${driver}/${pool}/${device}`;

/** The same of what was allocated. */
function validateAdminStatus(next: Loose, old: Loose, { namespaceLabels }: KindContext): Check {
  const granted = (status: Loose): number =>
    each(status.allocation?.devices?.results).findIndex(({ adminAccess }) => adminAccess === true);
  const index = granted(next);
  if (granted(old) >= 0 || index < 0 || namespaceLabels?.()[adminLabel] === 'true') return [];
  return [forbidden(`status.allocation.devices.results[${index}].adminAccess`, adminDenied)];
}

function validateStatus(next: KubeObject, old: KubeObject, context: KindContext): Check {
  const status: Loose = next['status'] ?? {};
  const before: Loose = old['status'] ?? {};
  const allocated = new Set(each(status.allocation?.devices?.results).map(deviceKey));
  const known = referencesOf(next['spec']?.devices);
  const path = 'status.reservedFor';
  return [
    ...validateAdminStatus(status, before, context),
    ...uniqueAtMost(
      status.reservedFor,
      path,
      mostConsumers,
      (user, at) =>
        ['resource', 'name', 'uid'].flatMap((field) => needed(`${at}.${field}`, user[field])),
      ({ uid }) => uid ?? '',
    ),
    ...uniqueAtMost(
      status.devices,
      'status.devices',
      Number.POSITIVE_INFINITY,
      (device, at) => [
        ...validateDriverName(device.driver, `${at}.driver`),
        ...validatePoolName(device.pool, `${at}.pool`),
        ...isLabel(device.device, `${at}.device`),
        ...(allocated.has(deviceKey(device))
          ? []
          : [invalid(at, shownDevice(device), 'must be an allocated device in the claim')]),
      ],
      deviceKey,
    ),
    ...(each(status.reservedFor).length > 0 && !status.allocation
      ? [forbidden(path, 'may not be specified when `allocated` is not set')]
      : []),
    ...(status.allocation && before.allocation
      ? deepEqual(status.allocation, before.allocation)
        ? []
        : [invalid('status.allocation', status.allocation, 'field is immutable')]
      : status.allocation
        ? validateAllocation(status.allocation, 'status.allocation', known)
        : []),
  ];
}

export const validateResourceClaimUpdate = (
  next: KubeObject,
  old: KubeObject,
  context: KindContext,
): Check =>
  context.subresource === 'status' ? validateStatus(next, old, context) : sameSpec(next, old);

/** Metadata that claims of a template take over. */
const onTemplates = new Set(['annotations', 'labels']);

const validateTemplateSpec = (template: KubeObject): Check => [
  ...validateAnnotations(
    template['spec']?.metadata?.annotations ?? {},
    'spec.metadata.annotations',
  ),
  ...validateLabels(template['spec']?.metadata?.labels ?? {}, 'spec.metadata.labels'),
  ...Object.entries(template['spec']?.metadata ?? {})
    .filter(([field, value]) => !isAbsent(value) && value !== '' && !onTemplates.has(field))
    // Upstream makes the names from Go's.
    .map(([field]) =>
      forbidden(`spec.metadata.${field === 'uid' ? 'uID' : field}`, 'cannot be set'),
    ),
  ...validateSpec(template['spec']?.spec, 'spec.spec'),
];

export const validateClaimTemplate = (template: KubeObject, context: KindContext): Check => [
  ...validateAdmin(template['spec']?.spec?.devices, context),
  ...validateTemplateSpec(template),
];

export const validateClaimTemplateUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...validateTemplateSpec(next),
  ...sameSpec(next, old),
];
