import type { KubeObject } from '@dormice/apimachinery';
import type { Loose } from '../../loose.ts';
import { putNamesBack } from '../../put-names-back.ts';
import type { TranslateContext } from '../../translator.ts';
import { podReferences } from './references.ts';

const lists = [
  ['containerStatuses', 'containers'],
  ['initContainerStatuses', 'initContainers'],
  ['ephemeralContainerStatuses', 'ephemeralContainers'],
] as const;

/**
 * The virtual pod's status from its host pod: statuses of containers that it has itself (none that the host injected),
 * conditions of its own readiness gates as the tenant set them, names as the tenant knows them.
 */
export function virtualStatus(
  host: KubeObject,
  object: KubeObject,
  context: TranslateContext,
): Loose {
  const { observedGeneration, qosClass, ...status } = host.status ?? {};
  const known = object.status ?? {};
  for (const [field, containers] of lists) {
    if (!status[field]) continue;
    const own = new Set((object.spec?.[containers] ?? []).map(({ name }: Loose) => name));
    status[field] = status[field].filter(({ name }: Loose) => own.has(name));
    if (status[field].length === 0) delete status[field];
  }
  const upToDate = observedGeneration === host.metadata.generation;
  const generation = upToDate ? object.metadata.generation : known.observedGeneration;
  const kept = known.qosClass ?? qosClass;
  const translated = {
    ...status,
    ...(observedGeneration === undefined || generation === undefined
      ? {}
      : { observedGeneration: generation }),
    ...(kept === undefined ? {} : { qosClass: kept }),
    conditions: conditionsOf(status.conditions ?? [], object),
  };
  return putNamesBack(translated, nameTable(host, object, context));
}

function conditionsOf(host: Loose[], object: KubeObject): Loose[] {
  const gates = gateConditions(object);
  const types = new Set(gates.map(({ type }) => type));
  const own = object.metadata.generation;
  return [
    ...host
      .filter(({ type }) => !types.has(type))
      .map((condition) =>
        condition.observedGeneration === undefined || own === undefined
          ? condition
          : { ...condition, observedGeneration: own },
      ),
    ...gates,
  ];
}

/** Conditions that the tenant's own controllers report for the pod's readiness gates. */
export function gateConditions(object: KubeObject): Loose[] {
  const gates = new Set(
    (object.spec?.readinessGates ?? []).map(({ conditionType }: Loose) => conditionType),
  );
  return (object.status?.conditions ?? []).filter(({ type }: Loose) => gates.has(type));
}

/** Host names that messages about the pod may hold, each with what the tenant calls it. Longest first. */
export function nameTable(
  host: KubeObject,
  object: KubeObject,
  { cluster, hostName }: TranslateContext,
): [string, string][] {
  const { name = '', namespace = '', uid = '' } = object.metadata;
  const hostPod = host.metadata.name ?? hostName(namespace, name);
  const { configmaps, secrets, claims } = podReferences(object);
  const used = new Set([...configmaps, ...secrets, ...claims, object.spec?.serviceAccountName]);
  return [
    [`${hostPod}_${cluster.namespace}(${host.metadata.uid})`, `${name}_${namespace}(${uid})`],
    [`${cluster.namespace}/${hostPod}`, `${namespace}/${name}`],
    [hostName(namespace, name, 'tokens'), `${name}-tokens`],
    [hostPod, name],
    ...[...used]
      .filter((own): own is string => own !== undefined)
      .flatMap((own): [string, string][] => [
        [`${cluster.namespace}/${hostName(namespace, own)}`, `${namespace}/${own}`],
        [hostName(namespace, own), own],
      ]),
  ];
}
