import { deepEqual, type KubeObject } from '@dormice/apimachinery';
import { annotations, isFree, namespaceLabelPrefix } from '../../labels.ts';
import type { Loose } from '../../loose.ts';
import type { TranslateContext } from '../../translator.ts';
import { hostContainer } from './containers.ts';
import { type PodFacts, podMetadata, podVariables } from './pod.ts';
import { gateConditions } from './status.ts';

/**
 * The strategic merge patch that brings a host pod's labels, annotations and mutable spec fields to the virtual pod's;
 * `undefined` when there is nothing to do. Everything else on the host pod is the host's: it may have changed the pod.
 */
export function podChanges(
  host: KubeObject,
  object: KubeObject,
  context: TranslateContext,
): Loose | undefined {
  const wanted = podMetadata(object, context);
  const patch: Loose = {};
  const labels = mapChanges(host.metadata.labels, wanted.labels ?? {}, labelKeys(host));
  const notes = mapChanges(
    host.metadata.annotations,
    wanted.annotations ?? {},
    JSON.parse(host.metadata.annotations?.[annotations.annotationKeys] ?? '[]'),
  );
  if (labels || notes) {
    patch.metadata = { ...(labels ? { labels } : {}), ...(notes ? { annotations: notes } : {}) };
  }
  const spec = specChanges(host.spec ?? {}, object.spec ?? {});
  if (Object.keys(spec).length > 0) patch.spec = spec;
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** Keys on the host pod that came from the virtual pod or from its namespace. */
function labelKeys(host: KubeObject): string[] {
  const lines = (host.metadata.annotations?.[annotations.labels] ?? '').split('\n');
  return [
    ...lines.map((line) => line.slice(0, line.indexOf('='))).filter((key) => key && isFree(key)),
    ...Object.keys(host.metadata.labels ?? {}).filter((key) =>
      key.startsWith(namespaceLabelPrefix),
    ),
  ];
}

function mapChanges(
  have: Record<string, string> = {},
  wanted: Record<string, string>,
  ours: string[],
): Record<string, string | null> | undefined {
  const changes: Record<string, string | null> = {};
  for (const [key, value] of Object.entries(wanted)) if (have[key] !== value) changes[key] = value;
  for (const key of ours) if (!(key in wanted) && key in have) changes[key] = null;
  return Object.keys(changes).length === 0 ? undefined : changes;
}

function specChanges(host: Loose, virtual: Loose): Loose {
  const changes: Loose = {};
  for (const field of ['containers', 'initContainers']) {
    const images = imageChanges(host[field] ?? [], virtual[field] ?? []);
    if (images.length > 0) changes[field] = images;
  }
  const { activeDeadlineSeconds } = virtual;
  if (activeDeadlineSeconds !== undefined && activeDeadlineSeconds !== host.activeDeadlineSeconds) {
    changes.activeDeadlineSeconds = activeDeadlineSeconds;
  }
  const tolerations: Loose[] = (virtual.tolerations ?? []).filter(
    (wanted: Loose) => !(host.tolerations ?? []).some((found: Loose) => deepEqual(found, wanted)),
  );
  if (tolerations.length > 0) changes.tolerations = [...(host.tolerations ?? []), ...tolerations];
  const gates = new Set((virtual.schedulingGates ?? []).map(({ name }: Loose) => name));
  const opened = (host.schedulingGates ?? []).filter(({ name }: Loose) => !gates.has(name));
  if (opened.length > 0) {
    changes.schedulingGates = opened.map(({ name }: Loose) => ({ name, $patch: 'delete' }));
  }
  return changes;
}

function imageChanges(host: Loose[], virtual: Loose[]): Loose[] {
  return virtual
    .filter(({ name, image }) => {
      const found = host.find((container) => container.name === name);
      return found !== undefined && found.image !== image;
    })
    .map(({ name, image }) => ({ name, image }));
}

/** Ephemeral containers that the host pod does not have yet, as it will run them. */
export function newEphemeralContainers(
  host: KubeObject,
  object: KubeObject,
  context: TranslateContext,
): Loose[] {
  const namespace = object.metadata.namespace ?? '';
  const have = new Set((host.spec?.ephemeralContainers ?? []).map(({ name }: Loose) => name));
  const variables = podVariables(object, context.facts as PodFacts);
  return (object.spec?.ephemeralContainers ?? [])
    .filter(({ name }: Loose) => !have.has(name))
    .map((container: Loose) =>
      hostContainer(container, (name) => context.hostName(namespace, name), variables),
    );
}

/** The tenant's readiness-gate conditions that the host pod does not show yet. */
export function newGateConditions(host: KubeObject, object: KubeObject): Loose[] {
  return gateConditions(object).filter((wanted) => {
    const found = (host.status?.conditions ?? []).find(({ type }: Loose) => type === wanted.type);
    return found?.status !== wanted.status || found?.reason !== wanted.reason;
  });
}
