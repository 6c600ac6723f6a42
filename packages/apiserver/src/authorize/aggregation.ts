import {
  deepEqual,
  type KubeObject,
  type LabelSelectorObject,
  labelSelectorFrom,
} from '@dormice/apimachinery';
import { prefixRange } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { keyPrefix } from '../registry/keys.ts';
import type { PolicyRule } from './rule.ts';

const prefix = keyPrefix({ group: 'rbac.authorization.k8s.io', resource: 'clusterroles' });
const decoder = new TextDecoder();

/** The rules of an aggregated role: those of all roles that its selectors take, each rule once. */
export function aggregatedRules(role: KubeObject, all: readonly KubeObject[]): PolicyRule[] {
  const selectors: LabelSelectorObject[] = role['aggregationRule']?.clusterRoleSelectors ?? [];
  const rules: PolicyRule[] = [];
  const sorted = [...all].sort((a, b) =>
    (a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1,
  );
  for (const selector of selectors.map(labelSelectorFrom)) {
    for (const other of sorted) {
      if (other.metadata.name === role.metadata.name) continue;
      if (!selector.matches(other.metadata.labels)) continue;
      for (const rule of (other['rules'] ?? []) as PolicyRule[]) {
        if (!rules.some((known) => deepEqual(known, rule))) rules.push(rule);
      }
    }
  }
  return rules;
}

/** Before a ClusterRole is stored: an aggregated one gets its rules. */
export function fillAggregated(context: ServerContext, role: KubeObject): void {
  if (!role['aggregationRule']) return;
  const all = context.store
    .list(prefixRange(prefix))
    .entries.map(({ value }) => JSON.parse(decoder.decode(value)) as KubeObject);
  role['rules'] = aggregatedRules(role, all);
}
