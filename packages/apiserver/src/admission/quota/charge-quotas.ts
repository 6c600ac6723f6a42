import type { KubeObject } from '@dormice/apimachinery';
import type { AdmissionAttributes } from '../../api-server.ts';
import { forbid } from '../plugins/forbid.ts';
import { type Amounts, amountsOf, increase, only, showAmounts, sum, zero } from './amounts.ts';
import { type Evaluator, evaluatorOf } from './evaluator.ts';
import { isInScopes } from './scopes.ts';

/**
 * The quotas that a request changes, with what is used then. What a quota allows is what its status says: nothing, before
 * its controller has seen it.
 *
 * @throws StatusError 403 when one is exceeded, or does not say what is used
 */
export function chargeQuotas(
  quotas: readonly KubeObject[],
  attributes: AdmissionAttributes,
): KubeObject[] {
  const { group, resource, operation, object, oldObject } = attributes;
  const evaluator = evaluatorOf(group, resource);
  if (!evaluator || !object) return [];
  const concerned = quotas.filter((quota) => concerns(quota, evaluator, object));
  for (const quota of concerned) checkKnown(quota, evaluator, attributes, object);
  const usage = evaluator.usage(object);
  const negative = [...usage].filter(([, amount]) => amount.sign < 0).map(([name]) => name);
  if (negative.length > 0) {
    const names = negative.sort().join(',');
    throw forbid(attributes, `quota usage is negative for resource(s): ${names}`);
  }
  const before = operation === 'UPDATE' && oldObject ? evaluator.usage(oldObject) : undefined;
  const changed: KubeObject[] = [];
  for (const quota of concerned) {
    const counted = before && oldObject && concerns(quota, evaluator, oldObject);
    const delta = increase(usage, counted ? before : new Map());
    const next = charged(quota, delta, attributes);
    if (next) changed.push(next);
  }
  return changed;
}

const hardOf = (quota: KubeObject): Amounts => amountsOf(quota['status']?.hard);
const usedOf = (quota: KubeObject): Amounts => amountsOf(quota['status']?.used);

const measuredBy = (evaluator: Evaluator, quota: KubeObject): string[] =>
  [...hardOf(quota).keys()].filter((name) => evaluator.measures(name));

const concerns = (quota: KubeObject, evaluator: Evaluator, object: KubeObject): boolean =>
  measuredBy(evaluator, quota).length > 0 && isInScopes(quota, evaluator, object);

function checkKnown(
  quota: KubeObject,
  evaluator: Evaluator,
  attributes: AdmissionAttributes,
  object: KubeObject,
): void {
  const names = measuredBy(evaluator, quota);
  const missing = evaluator.missing?.(names, object);
  const { name } = quota.metadata;
  if (missing !== undefined) throw forbid(attributes, `failed quota: ${name}: ${missing}`);
  const used = usedOf(quota);
  if (names.every((one) => used.has(one))) return;
  const shown = names.sort().join(',');
  throw forbid(attributes, `status unknown for quota: ${name}, resources: ${shown}`);
}

/** Nothing when the request takes nothing of it. */
function charged(
  quota: KubeObject,
  delta: Amounts,
  attributes: AdmissionAttributes,
): KubeObject | undefined {
  const hard = hardOf(quota);
  const used = usedOf(quota);
  const requested = only(delta, (name) => hard.has(name));
  if (requested.size === 0) return undefined;
  const next = sum(used, requested);
  const exceeds = (name: string): boolean =>
    requested.has(name) && (next.get(name) ?? zero).compare(hard.get(name) ?? zero) > 0;
  const over = attributes.subresource === 'status' ? [] : [...hard.keys()].filter(exceeds);
  if (over.length > 0) {
    const show = (amounts: Amounts) => showAmounts(only(amounts, exceeds));
    throw forbid(
      attributes,
      `exceeded quota: ${quota.metadata.name}, requested: ${show(requested)}, used: ${show(used)}, limited: ${show(hard)}`,
    );
  }
  const texts = Object.fromEntries([...next].map(([name, amount]) => [name, amount.toString()]));
  return { ...quota, status: { ...quota['status'], used: texts } };
}
