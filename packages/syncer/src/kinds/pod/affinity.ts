import type { KubeObject } from '@dormice/apimachinery';
import type { Loose } from '../../loose.ts';
import { type NamespaceScope, scopedSelector } from '../../selectors.ts';
import { type Refusal, refusal } from '../../translator.ts';

/** Affinity whose selectors mean on the host, where all namespaces are one, what they mean in the virtual cluster. */
export function hostAffinity(pod: KubeObject, cluster: string): Loose | Refusal {
  const { affinity, nodeName } = pod.spec ?? {};
  const refused = [affinity?.podAffinity, affinity?.podAntiAffinity]
    .flatMap(termsOf)
    .some((term) => term.namespaces?.length > 0 && term.namespaceSelector);
  if (refused) {
    return refusal(
      'UnsupportedAffinity',
      'a pod affinity term names both namespaces and namespaceSelector; use one of them',
    );
  }
  const nodeAffinity = nodeName ? pinned(affinity?.nodeAffinity, nodeName) : affinity?.nodeAffinity;
  const namespace = pod.metadata.namespace ?? '';
  const all = {
    ...(nodeAffinity ? { nodeAffinity } : {}),
    ...podTerms('podAffinity', affinity, cluster, namespace),
    ...podTerms('podAntiAffinity', affinity, cluster, namespace),
  };
  return Object.keys(all).length === 0 ? undefined : all;
}

export function hostSpread(pod: KubeObject, cluster: string): Loose[] | undefined {
  const namespace = pod.metadata.namespace ?? '';
  return pod.spec?.topologySpreadConstraints?.map((constraint: Loose) => ({
    ...withoutMergedKeys(constraint),
    ...(constraint.labelSelector === undefined
      ? {}
      : {
          labelSelector: scopedSelector(constraint.labelSelector, cluster, { names: [namespace] }),
        }),
  }));
}

const required = 'requiredDuringSchedulingIgnoredDuringExecution';
const preferred = 'preferredDuringSchedulingIgnoredDuringExecution';

function termsOf(affinity: Loose): Loose[] {
  return [
    ...(affinity?.[required] ?? []),
    ...(affinity?.[preferred] ?? []).map(({ podAffinityTerm }: Loose) => podAffinityTerm),
  ];
}

function podTerms(kind: string, affinity: Loose, cluster: string, namespace: string): Loose {
  const found = affinity?.[kind];
  if (!found) return {};
  const term = (from: Loose) => hostTerm(from, cluster, namespace);
  return {
    [kind]: {
      ...(found[required] ? { [required]: found[required].map(term) } : {}),
      ...(found[preferred]
        ? {
            [preferred]: found[preferred].map((entry: Loose) => ({
              ...entry,
              podAffinityTerm: term(entry.podAffinityTerm),
            })),
          }
        : {}),
    },
  };
}

function hostTerm(term: Loose, cluster: string, namespace: string): Loose {
  const { namespaces, namespaceSelector, ...rest } = withoutMergedKeys(term);
  return {
    ...rest,
    ...(rest.labelSelector === undefined
      ? {}
      : {
          labelSelector: scopedSelector(
            rest.labelSelector,
            cluster,
            scopeOf(namespaces, namespaceSelector, namespace),
          ),
        }),
  };
}

function scopeOf(namespaces: string[] | undefined, selector: Loose, own: string): NamespaceScope {
  if (selector) {
    const empty =
      Object.keys(selector.matchLabels ?? {}).length === 0 &&
      (selector.matchExpressions ?? []).length === 0;
    return empty ? 'all' : { selector };
  }
  return { names: namespaces && namespaces.length > 0 ? namespaces : [own] };
}

/** The API server has written `matchLabelKeys` into the selector already; the host would refuse to do it twice. */
function withoutMergedKeys(from: Loose): Loose {
  const merged = new Set((from.labelSelector?.matchExpressions ?? []).map(({ key }: Loose) => key));
  const rest = { ...from };
  for (const field of ['matchLabelKeys', 'mismatchLabelKeys']) {
    if (!rest[field]) continue;
    rest[field] = rest[field].filter((key: string) => !merged.has(key));
    if (rest[field].length === 0) delete rest[field];
  }
  return rest;
}

/** A pod that names its node goes there by way of the host's scheduler, which counts what it takes. */
function pinned(nodeAffinity: Loose, nodeName: string): Loose {
  const here = { key: 'metadata.name', operator: 'In', values: [nodeName] };
  const terms: Loose[] = nodeAffinity?.[required]?.nodeSelectorTerms ?? [{}];
  return {
    ...nodeAffinity,
    [required]: {
      nodeSelectorTerms: terms.map((term) => ({
        ...term,
        matchFields: [
          ...(term.matchFields ?? []).filter(({ key }: Loose) => key !== here.key),
          here,
        ],
      })),
    },
  };
}
