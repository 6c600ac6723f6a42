import type { Value } from '@dormice/cel';
import { admissionExpression, type Uses } from '@dormice/kinds';

export interface MatchCondition {
  name: string;
  expression: string;
}

/** What the match conditions of one policy or webhook may cost together. */
const budget = 2_500_000;

/** One of the conditions could not be decided. */
export class ConditionError extends Error {}

/** Do all conditions hold? One that does not decides; otherwise errors count. @throws ConditionError */
export function conditionsHold(
  conditions: readonly MatchCondition[],
  variables: Readonly<Record<string, Value | (() => Value)>>,
  uses: Uses,
): boolean {
  const problems: string[] = [];
  let left = budget;
  for (const { expression } of conditions) {
    const compiled = admissionExpression(expression, uses, ['bool']);
    if ('problem' in compiled) {
      problems.push(`match condition ${expression} ${compiled.problem}`);
      continue;
    }
    const outcome = compiled.program.run(variables, Math.max(0, left));
    left -= outcome.cost;
    if ('value' in outcome) {
      if (outcome.value === false) return false;
    } else {
      problems.push(`expression '${expression}' resulted in error: ${outcome.error}`);
    }
  }
  if (problems.length > 0) throw new ConditionError(problems.join(', '));
  return true;
}
