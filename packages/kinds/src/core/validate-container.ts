import {
  fieldErrors,
  isDns1123Label,
  isValidPortName,
  isValidPortNum,
} from '@dormice/apimachinery';
import { type Check, follows, isEmpty, needed, neededName, onEach, oneOf } from '../checks.ts';
import { each, type Loose } from '../loose.ts';
import { validateEnv, validateEnvFrom } from './validate-env.ts';
import {
  type Volumes,
  validateVolumeDevices,
  validateVolumeMounts,
  volumesOf,
} from './validate-mounts.ts';
import { validateLifecycle, validateProbe } from './validate-probe.ts';
import { validateResources } from './validate-resources.ts';
import {
  validateInitRestartPolicy,
  validateResizePolicy,
  validateRestartPolicy,
} from './validate-restart.ts';
import { validateContainerSecurity } from './validate-security.ts';

const { duplicate, forbidden, invalid, required } = fieldErrors;

export const protocols = ['SCTP', 'TCP', 'UDP'];

const portNumber = (path: string, port: Loose): Check =>
  isValidPortNum(port).map((why) => invalid(path, port, why));

function validatePorts(ports: Loose, path: string): Check {
  const names = new Set<string>();
  return onEach(ports, path, (port, at) => {
    const errors: Check = [];
    if (port.name) {
      errors.push(...follows(`${at}.name`, port.name, isValidPortName));
      if (names.has(port.name)) errors.push(duplicate(`${at}.name`, port.name));
      names.add(port.name);
    }
    if (!port.containerPort) errors.push(required(`${at}.containerPort`));
    else errors.push(...portNumber(`${at}.containerPort`, port.containerPort));
    if (port.hostPort) errors.push(...portNumber(`${at}.hostPort`, port.hostPort));
    errors.push(...oneOf(`${at}.protocol`, port.protocol, protocols, true));
    return errors;
  });
}

/** What containers of all roles have around them. */
interface Surroundings {
  volumes: Volumes;
  /** Of the pod. */
  restartPolicy: Loose;
  hostUsers: boolean;
  /** Names of the pod's claims for devices. */
  claims: ReadonlySet<string>;
}

const surroundingsOf = (spec: Loose): Surroundings => ({
  volumes: volumesOf(spec),
  restartPolicy: spec.restartPolicy,
  hostUsers: spec.hostUsers !== false,
  claims: new Set(each(spec.resourceClaims).map(({ name }) => name ?? '')),
});

/** What a container of any role must satisfy. */
function validateCommon(container: Loose, path: string, around: Surroundings): Check {
  return [
    ...neededName(`${path}.name`, container.name, isDns1123Label),
    ...needed(`${path}.image`, container.image),
    ...oneOf(
      `${path}.terminationMessagePolicy`,
      container.terminationMessagePolicy,
      ['File', 'FallbackToLogsOnError'],
      true,
    ),
    ...validatePorts(container.ports, `${path}.ports`),
    ...validateEnv(container.env, `${path}.env`),
    ...validateEnvFrom(container.envFrom, `${path}.envFrom`),
    ...validateVolumeMounts(container, `${path}.volumeMounts`, around.volumes),
    ...validateVolumeDevices(container, `${path}.volumeDevices`, around.volumes),
    ...oneOf(
      `${path}.imagePullPolicy`,
      container.imagePullPolicy,
      ['Always', 'IfNotPresent', 'Never'],
      true,
    ),
    ...validateResources(container.resources, `${path}.resources`, around.claims),
    ...validateResizePolicy(container.resizePolicy, `${path}.resizePolicy`, around.restartPolicy),
    ...validateContainerSecurity(
      container.securityContext,
      `${path}.securityContext`,
      around.hostUsers,
    ),
  ];
}

const validateHooks = (container: Loose, path: string): Check => [
  ...validateLifecycle(container.lifecycle, `${path}.lifecycle`),
  ...validateProbe(container.livenessProbe, `${path}.livenessProbe`, true),
  ...validateProbe(container.readinessProbe, `${path}.readinessProbe`, false),
  ...validateProbe(container.startupProbe, `${path}.startupProbe`, true),
];

/** Two containers of a pod cannot have the same port of the node. */
function hostPortConflicts(containers: Loose, path: string): Check {
  const taken = new Set<string>();
  return onEach(containers, path, (container, at) =>
    onEach(container.ports, `${at}.ports`, (port, where) => {
      if (!port.hostPort) return [];
      const key = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`;
      if (taken.has(key)) return [duplicate(`${where}.hostPort`, key)];
      taken.add(key);
      return [];
    }),
  );
}

/** `nameless`: may several go without? */
function uniqueName(
  { name = '' }: Loose,
  path: string,
  names: Set<string>,
  nameless = false,
): Check {
  const known = names.has(name);
  if (name !== '' || !nameless) names.add(name);
  return known ? [duplicate(`${path}.name`, name)] : [];
}

/** `containers` of a pod spec. */
export function validateContainers(spec: Loose, path: string): Check {
  const { containers } = spec;
  const around = surroundingsOf(spec);
  if (each(containers).length === 0) return [required(path)];
  const names = new Set<string>();
  return [
    ...onEach(containers, path, (container, at) => [
      ...validateCommon(container, at, around),
      ...uniqueName(container, at, names),
      ...validateHooks(container, at),
      ...validateRestartPolicy(container, at),
    ]),
    ...hostPortConflicts(containers, path),
  ];
}

/** `initContainers`: those with `restartPolicy: Always` are sidecars and may have probes and hooks. */
export function validateInitContainers(spec: Loose, path: string): Check {
  const around = surroundingsOf(spec);
  const names = new Set<string>(each(spec.containers).map(({ name }) => name));
  return onEach(spec.initContainers, path, (container, at) => {
    const errors = [
      ...validateCommon(container, at, around),
      ...validateInitRestartPolicy(container, at),
      ...uniqueName(container, at, names, true),
      ...hostPortConflicts([container], path),
    ];
    if (container.restartPolicy === 'Always') return [...errors, ...validateHooks(container, at)];
    for (const hook of ['lifecycle', 'livenessProbe', 'readinessProbe', 'startupProbe'])
      if (container[hook])
        errors.push(
          forbidden(
            `${at}.${hook}`,
            'may not be set for init containers without restartPolicy=Always',
          ),
        );
    return errors;
  });
}

const barredFromEphemeral = [
  'ports',
  'lifecycle',
  'livenessProbe',
  'readinessProbe',
  'startupProbe',
  'resources',
  'restartPolicy',
  'restartPolicyRules',
  'resizePolicy',
];

/** Other than Go's zero value; an empty `resources` is one, an empty list or probe is not. */
const isSet = (field: string, value: Loose): boolean =>
  field === 'resources' ? Object.keys(value ?? {}).length > 0 : !isEmpty(value);

/** `ephemeralContainers`: nothing that needs scheduling or probing. */
export function validateEphemeralContainers(spec: Loose, path: string): Check {
  const around = surroundingsOf(spec);
  const names = new Set<string>(
    [...each(spec.containers), ...each(spec.initContainers)].map(({ name }) => name),
  );
  return onEach(spec.ephemeralContainers, path, (container, at) => {
    const barred = 'cannot be set for an Ephemeral Container';
    const errors = [...validateCommon(container, at, around), ...uniqueName(container, at, names)];
    const target = container.targetContainerName;
    if (
      !isEmpty(target) &&
      ![...each(spec.containers), ...each(spec.initContainers)].some(({ name }) => name === target)
    )
      errors.push(fieldErrors.notFound(`${at}.targetContainerName`, target));
    for (const field of barredFromEphemeral)
      if (isSet(field, container[field])) errors.push(forbidden(`${at}.${field}`, barred));
    errors.push(
      ...onEach(container.volumeMounts, `${at}.volumeMounts`, (mount, where) =>
        ['subPath', 'subPathExpr'].flatMap((field) =>
          mount[field] ? [forbidden(`${where}.${field}`, barred)] : [],
        ),
      ),
    );
    return errors;
  });
}
