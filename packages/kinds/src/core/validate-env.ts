import { fieldErrors, isConfigMapKey, isEnvVarName } from '@dormice/apimachinery';
import { type Check, follows, isEmpty, needed, onEach } from '../checks.ts';
import type { Loose } from '../loose.ts';

const { invalid, notSupported, required } = fieldErrors;

const sources = ['fieldRef', 'resourceFieldRef', 'configMapKeyRef', 'secretKeyRef', 'fileKeyRef'];

/** Fields of the pod that a container may read from its environment. */
const envFields = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];

/** Fields that a file of a downward volume may hold. */
export const downwardFields = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

/** Fields that a reference may name at all; which of them fit depends on the place. */
const podFields = new Set([
  ...envFields,
  ...downwardFields,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

const resources = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

const subscript = /^metadata\.(labels|annotations)\['([^']+)'\]$/;

/** `fieldRef`: the path must be one that the place supports, or one label or annotation. */
export function validateFieldRef(ref: Loose, path: string, supported: readonly string[]): Check {
  if (isEmpty(ref.fieldPath)) return [required(`${path}.fieldPath`)];
  if (subscript.test(ref.fieldPath) || supported.includes(ref.fieldPath)) return [];
  if (!podFields.has(ref.fieldPath))
    return [
      invalid(
        `${path}.fieldPath`,
        ref.fieldPath,
        `error converting fieldPath: field label not supported: ${ref.fieldPath}`,
      ),
    ];
  return [notSupported(`${path}.fieldPath`, ref.fieldPath, supported)];
}

/** `resourceFieldRef`: requests and limits of a container. */
export function validateResourceFieldRef(ref: Loose, path: string, inVolume: boolean): Check {
  const errors: Check = [];
  if (inVolume && isEmpty(ref.containerName)) errors.push(required(`${path}.containerName`));
  if (isEmpty(ref.resource)) errors.push(required(`${path}.resource`));
  else if (
    !resources.includes(ref.resource) &&
    !/^(limits|requests)\.hugepages-/.test(ref.resource)
  )
    errors.push(notSupported(`${path}.resource`, ref.resource, resources));
  return errors;
}

const keyOf = (ref: Loose, path: string): Check => [
  ...needed(`${path}.name`, ref.name),
  ...(isEmpty(ref.key)
    ? [required(`${path}.key`)]
    : follows(`${path}.key`, ref.key, isConfigMapKey)),
];

function validateValueFrom(variable: Loose, path: string): Check {
  const from = variable.valueFrom;
  if (!from) return [];
  const named = sources.filter((source) => from[source]);
  const errors: Check = [];
  if (from.fieldRef) errors.push(...validateFieldRef(from.fieldRef, `${path}.fieldRef`, envFields));
  if (from.resourceFieldRef)
    errors.push(
      ...validateResourceFieldRef(from.resourceFieldRef, `${path}.resourceFieldRef`, false),
    );
  if (from.configMapKeyRef) errors.push(...keyOf(from.configMapKeyRef, `${path}.configMapKeyRef`));
  if (from.secretKeyRef) errors.push(...keyOf(from.secretKeyRef, `${path}.secretKeyRef`));
  if (named.length === 0)
    errors.push(
      invalid(
        path,
        '',
        'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`',
      ),
    );
  else if (variable.value)
    errors.push(invalid(path, '', 'may not be specified when `value` is not empty'));
  else if (named.length > 1)
    errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
  return errors;
}

export const validateEnv = (env: Loose, path: string): Check =>
  onEach(env, path, (variable, at) => [
    ...(isEmpty(variable.name)
      ? [required(`${at}.name`)]
      : follows(`${at}.name`, variable.name, isEnvVarName)),
    ...validateValueFrom(variable, `${at}.valueFrom`),
  ]);

export const validateEnvFrom = (list: Loose, path: string): Check =>
  onEach(list, path, (source, at) => {
    const errors: Check = isEmpty(source.prefix)
      ? []
      : follows(`${at}.prefix`, source.prefix, isEnvVarName);
    const named = ['configMapRef', 'secretRef'].filter((key) => source[key]);
    for (const key of named) errors.push(...needed(`${at}.${key}.name`, source[key].name));
    if (named.length === 0)
      errors.push(invalid(path, '', 'must specify one of: `configMapRef` or `secretRef`'));
    else if (named.length > 1)
      errors.push(invalid(path, '', 'may not have more than one field specified at a time'));
    return errors;
  });
