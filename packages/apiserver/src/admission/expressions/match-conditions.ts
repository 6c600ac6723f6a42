import type { Value } from '@dormice/cel';
import { admissionExpression, type Uses } from '@dormice/kinds';

export interface MatchCondition {
  name: string;
  expression: string;
}

/** What one expression may cost, and all conditions of one policy or webhook together; upstream's. */
export const costs = { each: 1_000_000, all: 2_500_000 };

/** Conditions could not be decided. */
export class ConditionError extends Error {}

type Compiled = ReturnType<typeof admissionExpression>;

const compiled = new WeakMap<MatchCondition, Compiled>();

function programOf(condition: MatchCondition, uses: Uses): Compiled {
  let known = compiled.get(condition);
  if (!known) {
    known = admissionExpression(condition.expression, uses, ['bool']);
    compiled.set(condition, known);
  }
  return known;
}

export const outOfBudget =
  'validation failed due to running out of cost budget, no further validation rules will be run';

/** Do all conditions hold? One that does not decides; otherwise errors count. @throws ConditionError */
export function conditionsHold(
  conditions: readonly MatchCondition[],
  variables: Readonly<Record<string, Value | (() => Value)>>,
  uses: Uses,
): boolean {
  const problems: string[] = [];
  let left = costs.all;
  for (const condition of conditions) {
    const found = programOf(condition, uses);
    if ('problem' in found) {
      problems.push(`compilation error: ${found.problem}`);
      continue;
    }
    const outcome = found.program.run(variables, Math.min(left, costs.each));
    left -= outcome.cost;
    if ('value' in outcome) {
      if (outcome.value === false) return false;
      continue;
    }
    if (outcome.exceeded && left <= 0) throw new ConditionError(outOfBudget);
    problems.push(`expression '${condition.expression}' resulted in error: ${outcome.error}`);
  }
  if (problems.length > 0) throw new ConditionError(aggregate(problems));
  return true;
}

/** Several problems as Go shows them. */
function aggregate(problems: readonly string[]): string {
  const different = [...new Set(problems)];
  return different.length === 1 ? (different[0] ?? '') : `[${different.join(', ')}]`;
}
