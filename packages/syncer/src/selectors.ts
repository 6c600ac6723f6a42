import { labels, namespaceLabelKey, namespaceValue } from './labels.ts';
import type { Loose } from './loose.ts';

interface Requirement {
  key: string;
  operator: string;
  values?: string[];
}

/** A map selector (of a Service) that matches only pods of this cluster and virtual namespace on the host. */
export function serviceSelector(
  selector: Record<string, string>,
  cluster: string,
  namespace: string,
): Record<string, string> {
  return {
    ...selector,
    [labels.cluster]: cluster,
    [labels.namespace]: namespaceValue(namespace),
  };
}

/** Which virtual namespaces a pod selector is about. */
export type NamespaceScope = { names: string[] } | { selector: Loose } | 'all';

/**
 * A label selector that means on the host, where all virtual namespaces share one, what it means in the virtual cluster.
 * An absent selector selects nothing, and stays absent.
 */
export function scopedSelector(selector: Loose, cluster: string, scope: NamespaceScope): Loose {
  if (selector === undefined || selector === null) return selector;
  return {
    matchLabels: { ...selector.matchLabels, [labels.cluster]: cluster },
    matchExpressions: [...(selector.matchExpressions ?? []), ...namespaceRequirements(scope)],
  };
}

function namespaceRequirements(scope: NamespaceScope): Requirement[] {
  if (scope === 'all') return [];
  if ('names' in scope) {
    return [{ key: labels.namespace, operator: 'In', values: scope.names.map(namespaceValue) }];
  }
  const matchLabels: Record<string, string> = scope.selector.matchLabels ?? {};
  return [
    ...Object.entries(matchLabels).map(([key, value]) => ({
      key: namespaceLabelKey(key),
      operator: 'In',
      values: [value],
    })),
    ...(scope.selector.matchExpressions ?? []).map((requirement: Requirement) => ({
      ...requirement,
      key: namespaceLabelKey(requirement.key),
    })),
  ];
}
