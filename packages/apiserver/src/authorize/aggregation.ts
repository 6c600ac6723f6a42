import {
  deepEqual,
  type KubeObject,
  type LabelSelectorObject,
  labelSelectorFrom,
} from '@dormice/apimachinery';
import { kindByResource } from '@dormice/kinds';
import { type Change, prefixRange, StoreError } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { keyPrefix } from '../registry/keys.ts';
import { storedBytes } from '../registry/stored.ts';
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

/** An aggregated role may aggregate others; more turns than these are a circle. */
const turns = 10;

/** After a ClusterRole came, changed or went: the aggregated ones follow. */
export async function settleAggregated(context: ServerContext): Promise<void> {
  const kind = kindByResource('rbac.authorization.k8s.io', 'v1', 'clusterroles');
  if (!kind) return;
  for (let turn = 0; turn < turns; turn += 1) {
    const entries = context.store.list(prefixRange(prefix)).entries.map((entry) => ({
      ...entry,
      role: JSON.parse(decoder.decode(entry.value)) as KubeObject,
    }));
    const all = entries.map(({ role }) => role);
    const changes = entries.flatMap(({ key, revision, role }): Change[] => {
      if (!role['aggregationRule'] || role.metadata.deletionTimestamp !== undefined) return [];
      const rules = aggregatedRules(role, all);
      if (deepEqual(rules, role['rules'] ?? [])) return [];
      return [{ key, expected: revision, value: storedBytes(kind, { ...role, rules }) }];
    });
    if (changes.length === 0) return;
    try {
      await context.store.commit(changes);
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'Conflict') throw error;
    }
  }
}
