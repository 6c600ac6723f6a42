import { errors } from '@dormice/apimachinery';
import { bool, compile, type Outcome, type Program, returns } from '@dormice/cel';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { admissionValues, admissionVariables, type Seen } from '../expressions/variables.ts';
import type { ConfiguredWebhook } from './webhook.ts';

type MatchCondition = NonNullable<ConfiguredWebhook['matchConditions']>[number];

/** What one expression may cost, and all of a webhook together; upstream's. */
const costs = { each: 1_000_000, all: 2_500_000 };

const compiled = new WeakMap<MatchCondition, { program: Program } | { error: string }>();

function programOf(condition: MatchCondition): { program: Program } | { error: string } {
  let known = compiled.get(condition);
  if (!known) {
    known = compile(condition.expression, { variables: admissionVariables });
    if ('program' in known && !returns(known.program, bool)) {
      known = { error: 'must evaluate to bool' };
    }
    compiled.set(condition, known);
  }
  return known;
}

const outOfBudget =
  'validation failed due to running out of cost budget, no further validation rules will be run';

/** What the conditions say: one that does not hold counts more than one that fails. */
function evaluateAll(
  conditions: readonly MatchCondition[],
  values: ReturnType<typeof admissionValues>,
): { matches: boolean; problems: string[] } {
  const problems: string[] = [];
  let left = costs.all;
  for (const condition of conditions) {
    const found = programOf(condition);
    if ('error' in found) {
      problems.push(`compilation error: ${found.error}`);
      continue;
    }
    const outcome: Outcome = found.program.run(values, Math.min(left, costs.each));
    left -= outcome.cost;
    if ('value' in outcome) {
      if (outcome.value === false) return { matches: false, problems: [] };
      continue;
    }
    if (outcome.exceeded && left <= 0) return { matches: true, problems: [outOfBudget] };
    problems.push(`expression '${condition.expression}' resulted in error: ${outcome.error}`);
  }
  return { matches: true, problems };
}

/** Several problems as Go shows them. */
function aggregate(problems: readonly string[]): string {
  const different = [...new Set(problems)];
  return different.length === 1 ? (different[0] ?? '') : `[${different.join(', ')}]`;
}

/**
 * Do all `matchConditions` of a webhook hold? Where one fails, the failure policy decides.
 *
 * @throws StatusError 403
 */
export function conditionsHold(
  context: ServerContext,
  { matchConditions = [], failurePolicy }: ConfiguredWebhook,
  attributes: AdmissionAttributes,
  seen: Seen,
): boolean {
  if (matchConditions.length === 0) return true;
  const values = admissionValues(context, attributes, seen);
  const { matches, problems } = evaluateAll(matchConditions, values);
  if (!matches) return false;
  if (problems.length === 0) return true;
  if (failurePolicy === 'Ignore') return false;
  const { group, resource, name } = attributes;
  throw errors.forbidden({ group, resource }, name, aggregate(problems));
}
