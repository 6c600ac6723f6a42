import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isAbsent, nonNegative, onEach, tooMany } from '../checks.ts';
import { each, type Loose } from '../loose.ts';

const { invalid, required, tooLong } = fieldErrors;

const most = { rules: 20, indexes: 64 * 1024 };

type Interval = [first: number, last: number];

function toIndex(text: string, completions: number): number {
  if (!/^[+-]?\d+$/.test(text))
    throw new SyntaxError(`cannot convert string to integer for index: ${JSON.stringify(text)}`);
  if (Number(text) >= completions)
    throw new SyntaxError(`too large index: ${JSON.stringify(text)}`);
  return Number(text);
}

const disorder = (previous: number, current: number): SyntaxError =>
  new SyntaxError(`non-increasing order, previous: ${previous}, current: ${current}`);

function intervalOf(text: string, completions: number): Interval {
  const [first = '', last, more] = text.split('-');
  if (more !== undefined)
    throw new SyntaxError(
      `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    );
  const from = toIndex(first, completions);
  if (last === undefined) return [from, from];
  const to = toIndex(last, completions);
  if (from >= to) throw disorder(from, to);
  return [from, to];
}

/** How many indexes `1,3-5` names. */
function countIndexes(text: string, completions: number): number {
  let total = 0;
  let before: number | undefined;
  for (const part of text === '' ? [] : text.split(',')) {
    const [from, to] = intervalOf(part, completions);
    if (before !== undefined && before >= from) throw disorder(before, from);
    total += to - from + 1;
    before = to;
  }
  return total;
}

function validateRule(rule: Loose, path: string, completions: number): Check {
  const { succeededCount: count, succeededIndexes: indexes } = rule;
  const errors: Check = [];
  if (isAbsent(count) && isAbsent(indexes)) {
    const why = 'at least one of succeededCount or succeededIndexes must be specified';
    errors.push(required(path, why));
  }
  let total = 0;
  const at = `${path}.succeededIndexes`;
  if (!isAbsent(indexes)) {
    if (indexes.length > most.indexes) errors.push(tooLong(at, most.indexes));
    try {
      total = countIndexes(indexes, completions);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      errors.push(invalid(at, indexes, `error parsing succeededIndexes: ${error.message}`));
    }
  }
  if (isAbsent(count)) return errors;
  const above = (limit: number, what: string): Check =>
    count > limit
      ? [
          invalid(
            `${path}.succeededCount`,
            count,
            `must be less than or equal to ${limit} (the number of ${what})`,
          ),
        ]
      : [];
  return [
    ...errors,
    ...nonNegative(`${path}.succeededCount`, count),
    ...above(completions, 'specified completions'),
    ...(isAbsent(indexes) ? [] : above(total, 'indexes in the specified succeededIndexes field')),
  ];
}

/** When an indexed job has succeeded before all of its indexes have. */
export function validateSuccessPolicy(spec: Loose, path: string): Check {
  const { successPolicy: policy } = spec;
  if (isAbsent(policy)) return [];
  const at = `${path}.successPolicy`;
  if (spec.completionMode !== 'Indexed')
    return [invalid(at, policy, 'requires indexed completion mode')];
  const rules = each(policy.rules);
  const none = 'at least one rules must be specified when the successPolicy is specified';
  return [
    ...(rules.length === 0 ? [required(`${at}.rules`, none)] : []),
    ...(rules.length > most.rules ? [tooMany(`${at}.rules`, rules.length, most.rules)] : []),
    ...onEach(rules, `${at}.rules`, (rule, where) =>
      validateRule(rule, where, spec.completions ?? 0),
    ),
  ];
}
