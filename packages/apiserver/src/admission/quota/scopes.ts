import { type KubeObject, labelSelectorFrom } from '@dormice/apimachinery';
import type { Evaluator } from './evaluator.ts';

export interface ScopeSelector {
  scopeName: string;
  operator: string;
  values?: string[];
}

/** What a quota says about the objects that it counts. */
export const scopesOf = ({ spec }: KubeObject): ScopeSelector[] => [
  ...((spec?.scopes ?? []) as string[]).map((scopeName) => ({ scopeName, operator: 'Exists' })),
  ...((spec?.scopeSelector?.matchExpressions ?? []) as ScopeSelector[]),
];

/** Is it one of the objects that the quota counts? */
export const isInScopes = (quota: KubeObject, evaluator: Evaluator, object: KubeObject): boolean =>
  scopesOf(quota).every((selector) => evaluator.inScope(selector, object));

/** Does the selector choose an object with this class, or without one? */
export function choosesClass(
  { scopeName, operator, values }: ScopeSelector,
  name: string | undefined,
): boolean {
  const expression = { key: scopeName, operator, values };
  const selector = labelSelectorFrom({ matchExpressions: [expression] });
  return selector.matches(name ? { [scopeName]: name } : {});
}
