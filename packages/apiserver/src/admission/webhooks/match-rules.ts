import type { Rule } from './webhook.ts';

/** What of a request the rules of webhooks and policies look at. */
export interface Target {
  group: string;
  version: string;
  resource: string;
  subresource: string;
  operation: string;
  namespaced: boolean;
}

const has = (list: readonly string[] = [], value: string): boolean =>
  list.includes('*') || list.includes(value);

// Resources are written `pods`, `pods/status`, `pods/*`, `*` (without subresources), `*/status` or `*/*`.
function hasResource(list: readonly string[] = [], resource: string, subresource: string): boolean {
  return list.some((pattern) => {
    const [wanted = '', sub = ''] = pattern.split('/');
    if (wanted !== '*' && wanted !== resource) return false;
    if (pattern === '*/*') return true;
    return sub === subresource || (sub === '*' && pattern.includes('/'));
  });
}

/** Does one rule speak of this request? */
export function ruleMatches(rule: Rule, target: Target): boolean {
  const scope = rule.scope ?? '*';
  return (
    has(rule.operations, target.operation) &&
    has(rule.apiGroups, target.group) &&
    has(rule.apiVersions, target.version) &&
    hasResource(rule.resources, target.resource, target.subresource) &&
    (scope === '*' || (scope === 'Namespaced') === target.namespaced)
  );
}
