import { type KubeObject, parseQuantity } from '@dormice/apimachinery';
import { each, type Loose } from '../loose.ts';
import { containerProfileWarnings, podProfileWarnings } from './profile-annotations.ts';

/** Volumes of the past: since when they are deprecated, and since when they do nothing. */
const oldVolumes: readonly [field: string, what: string, shownAs?: string][] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11, and disabled by default in v1.33+'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+', 'storageOS'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

const nullSelector = 'a null labelSelector results in matching no pod';

type Warnings = string[];

const at = <T>(list: Loose, path: string, warn: (item: Loose, path: string) => T[]): T[] =>
  each(list).flatMap((item, index) => warn(item, `${path}[${index}]`));

/** All containers in upstream's order, with their paths. */
const containersOf = (spec: Loose, path: string): [Loose, string][] =>
  ['initContainers', 'containers', 'ephemeralContainers'].flatMap((field) =>
    each(spec[field]).map((container, index): [Loose, string] => [
      container,
      `${path}.${field}[${index}]`,
    ]),
  );

/** Elements whose value of a field was there before. */
function repeated(list: Loose, path: string, field: string, what: string): Warnings {
  const seen = new Set<unknown>();
  return at(list, path, (item, where) => {
    const value = item[field] ?? '';
    const again = seen.has(value);
    seen.add(value);
    return again ? [`${where}.${field}: duplicate ${what} ${JSON.stringify(value)}`] : [];
  });
}

/** Amounts of bytes that are none. */
export function fractions(
  amounts: Loose,
  path: string,
  names: readonly string[] = ['memory', 'ephemeral-storage'],
): Warnings {
  return names.flatMap((name) => {
    const value = amounts?.[name];
    if (value === undefined || parseQuantity(String(value)).milliValue() % 1000n === 0n) return [];
    return [
      `${path}[${name}]: fractional byte value ${JSON.stringify(String(value))} is invalid, must be an integer`,
    ];
  });
}

/** A variable that is defined again, and does not build upon what it was. */
function hiddenVariables(env: Loose, path: string): Warnings {
  const seen = new Set<string>();
  return at(env, path, ({ name = '', value = '', valueFrom }, where) => {
    const known = seen.has(name);
    seen.add(name);
    const reference = `$(${name})`;
    const builds = !valueFrom && value !== reference && value.includes(reference);
    return known && !builds
      ? [
          `${where}: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`,
        ]
      : [];
  });
}

function portWarnings(containers: readonly [Loose, string][]): Warnings {
  const known: { key: string; port: Loose; path: string }[] = [];
  return containers.flatMap(([container, path]) =>
    at(container.ports, `${path}.ports`, (port, where) => {
      const key = `${port.containerPort}/${port.protocol}`;
      const warnings = known
        .filter((other) => other.key === key)
        .flatMap((other) => {
          const [a, b] = [port, other.port];
          const [hostA, hostB] = [a.hostPort ?? 0, b.hostPort ?? 0];
          const [ipA, ipB] = [a.hostIP ?? '', b.hostIP ?? ''];
          if (ipA === ipB && hostA === hostB)
            return [`${where}: duplicate port definition with ${other.path}`];
          if (hostA === 0 || hostB === 0)
            return [`${where}: overlapping port definition with ${other.path}`];
          return hostA === hostB && (ipA === '') !== (ipB === '')
            ? [`${where}: dangerously ambiguous port definition with ${other.path}`]
            : [];
        });
      known.push({ key, port, path: where });
      return warnings;
    }),
  );
}

function portNames(containers: readonly [Loose, string][]): Warnings {
  const first = new Map<string, string>();
  return containers.flatMap(([container, path]) =>
    at(container.ports, `${path}.ports`, ({ name }, where) => {
      if (!name) return [];
      const other = first.get(name);
      if (other === undefined) {
        first.set(name, where);
        return [];
      }
      return [
        `${where}: duplicate port name ${JSON.stringify(name)} with ${other}, services and probes that select ports by name will use ${other}`,
      ];
    }),
  );
}

const podTerms = (affinity: Loose, path: string): Warnings => [
  ...at(
    affinity?.requiredDuringSchedulingIgnoredDuringExecution,
    `${path}.requiredDuringSchedulingIgnoredDuringExecution`,
    (term, where) => (term.labelSelector ? [] : [`${where}.labelSelector: ${nullSelector}`]),
  ),
  ...at(
    affinity?.preferredDuringSchedulingIgnoredDuringExecution,
    `${path}.preferredDuringSchedulingIgnoredDuringExecution`,
    ({ podAffinityTerm }, where) =>
      podAffinityTerm?.labelSelector
        ? []
        : [`${where}.podAffinityTerm.labelSelector: ${nullSelector}`],
  ),
];

/** What is valid in a pod spec and yet hardly meant. */
function specWarnings({ metadata, spec = {} }: Loose, root = ''): Warnings {
  const path = `${root}spec`;
  const notes = `${root}metadata.annotations`;
  const containers = containersOf(spec, path);
  return [
    ...at(spec.topologySpreadConstraints, `${path}.topologySpreadConstraints`, (one, where) =>
      one.labelSelector ? [] : [`${where}.labelSelector: ${nullSelector}`],
    ),
    ...at(spec.volumes, `${path}.volumes`, (volume, where) =>
      oldVolumes.flatMap(([field, what, shown = field]) =>
        volume[field] ? [`${where}.${shown}: ${what}`] : [],
      ),
    ),
    ...repeated(spec.hostAliases, `${path}.hostAliases`, 'ip', 'ip'),
    ...repeated(spec.imagePullSecrets, `${path}.imagePullSecrets`, 'name', 'name'),
    ...at(spec.imagePullSecrets, `${path}.imagePullSecrets`, ({ name }, where) =>
      name ? [] : [`${where}.name: invalid empty name ""`],
    ),
    ...fractions(spec.overhead, `${path}.overhead`),
    ...podProfileWarnings(metadata, spec, notes),
    ...containers.flatMap(([container, where]) => [
      ...containerProfileWarnings(metadata, spec, container, notes, root !== ''),
      ...fractions(container.resources?.limits, `${where}.resources.limits`),
      ...fractions(container.resources?.requests, `${where}.resources.requests`),
      ...hiddenVariables(container.env, `${where}.env`),
    ]),
    ...portWarnings(containers),
    ...portNames(containers),
    ...(spec.terminationGracePeriodSeconds < 0
      ? [
          `${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
        ]
      : []),
    ...podTerms(spec.affinity?.podAffinity, `${path}.affinity.podAffinity`),
    ...podTerms(spec.affinity?.podAntiAffinity, `${path}.affinity.podAntiAffinity`),
  ];
}

/** Nothing new is said of what did not change. */
const isSame = (object: KubeObject, old: KubeObject | undefined): boolean =>
  old !== undefined && object.metadata.generation === old.metadata.generation;

export const podWarnings = (pod: KubeObject, old?: KubeObject): Warnings =>
  isSame(pod, old) ? [] : specWarnings(pod);

/** For a kind whose template lies at `spec.template`. */
export const templateWarnings = (object: KubeObject, old?: KubeObject): Warnings =>
  isSame(object, old) ? [] : specWarnings(object['spec']?.template ?? {}, 'spec.template.');

export const podTemplateWarnings = (object: KubeObject, old?: KubeObject): Warnings =>
  isSame(object, old) ? [] : specWarnings(object['template'] ?? {}, 'template.');

export const cronJobWarnings = (object: KubeObject, old?: KubeObject): Warnings =>
  isSame(object, old)
    ? []
    : specWarnings(
        object['spec']?.jobTemplate?.spec?.template ?? {},
        'spec.jobTemplate.spec.template.',
      );

const keepsAll =
  'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended';

/** As `templateWarnings`, for kinds that keep revisions. */
export const revisedWarnings = (object: KubeObject, old?: KubeObject): Warnings => [
  ...templateWarnings(object, old),
  ...(object['spec']?.revisionHistoryLimit < 0 ? [keepsAll] : []),
];
