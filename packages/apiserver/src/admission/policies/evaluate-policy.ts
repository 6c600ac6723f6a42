import type { KubeObject } from '@dormice/apimachinery';
import { celError, dynamicFromJson, MapValue, type Program, type Value } from '@dormice/cel';
import { costs, outOfBudget } from '../expressions/match-conditions.ts';
import type { CompiledPolicy } from './compiled-policy.ts';

/** What all expressions of one policy may cost for one request. */
const budget = 10_000_000;
const longestMessage = 5 * 1024;

/** One thing that a policy has against a request. */
export interface Finding {
  message: string;
  reason: string;
  /** The policy could not be evaluated, which its failure policy judges. */
  isError: boolean;
  /** How long its expression took. */
  seconds: number;
}

export interface Evaluation {
  findings: Finding[];
  /** Seconds of each validation that held. */
  passed: number[];
  /** Audit annotations by key. */
  annotations: Record<string, string>;
}

type Run = (program: Program, variables: Variables) => ReturnType<Program['run']>;

/** What the expressions of one policy may spend on one request, together and each. */
export class Purse {
  #left = budget;

  run(program: Program, variables: Variables): ReturnType<Program['run']> {
    const limit = Math.max(0, Math.min(this.#left, costs.each));
    const outcome = program.run(variables, limit);
    // An expression that wanted more than was left has spent it all.
    const isBroke = 'error' in outcome && outcome.exceeded && limit < costs.each;
    this.#left = isBroke ? -1 : this.#left - outcome.cost;
    return outcome;
  }

  get isEmpty(): boolean {
    return this.#left < 0;
  }
}

export type Variables = Record<string, Value | (() => Value)>;

/** Evaluates a policy for one request and one set of parameters. */
export function evaluatePolicy(
  policy: CompiledPolicy,
  request: Variables,
  params: KubeObject | undefined,
): Evaluation {
  const purse = new Purse();
  const run: Run = (program, variables) => purse.run(program, variables);
  const known = { ...request, params: () => paramsValue(params) };
  const variables = withVariables(policy, known, run);
  const findings: Finding[] = [];
  const passed: number[] = [];
  for (const validation of policy.validations) {
    const since = performance.now();
    const outcome = run(validation.program, variables);
    const seconds = (performance.now() - since) / 1000;
    const { expression, reason } = validation;
    if (purse.isEmpty) return overspent;
    if ('error' in outcome) {
      const message = `expression '${expression.trim()}' resulted in error: ${outcome.error}`;
      findings.push({ message, reason: '', isError: true, seconds });
    } else if (outcome.value === true) passed.push(seconds);
    else {
      const message = messageOf(validation, (program) => run(program, variables));
      findings.push({ message, reason, isError: false, seconds });
    }
  }
  if (purse.isEmpty) return overspent;
  // Annotations have a budget of their own.
  const second = new Purse();
  const runSecond: Run = (program, given) => second.run(program, given);
  const again = withVariables(policy, known, runSecond);
  return {
    findings,
    passed,
    annotations: annotationsOf(policy, (program) => runSecond(program, again)),
  };
}

const overspent: Evaluation = {
  findings: [{ message: outOfBudget, reason: '', isError: true, seconds: 0 }],
  passed: [],
  annotations: {},
};

export const paramsValue = (params: KubeObject | undefined): Value =>
  params ? dynamicFromJson(params) : null;

/** `variables.NAME`: each is evaluated when an expression reads it, once. */
export function withVariables(
  { variables }: Pick<CompiledPolicy, 'variables'>,
  base: Variables,
  run: Run,
): Variables {
  if (variables.length === 0) return base;
  const made = new Map<string, Value>();
  const all: Variables = { ...base };
  all['variables'] = () =>
    new MapValue(
      variables.map(({ name, program }) => [
        name,
        name,
        () => {
          const known = made.get(name);
          if (known !== undefined) return known;
          const outcome = run(program, all);
          if ('error' in outcome)
            throw celError(`composited variable "${name}" fails to evaluate: ${outcome.error}`);
          made.set(name, outcome.value);
          return outcome.value;
        },
      ]),
      { typed: true },
    );
  return all;
}

function messageOf(
  { message, messageProgram, expression }: CompiledPolicy['validations'][number],
  run: (program: Program) => ReturnType<Program['run']>,
): string {
  if (messageProgram) {
    const outcome = run(messageProgram);
    const text =
      'value' in outcome && typeof outcome.value === 'string' ? outcome.value.trim() : '';
    if (text !== '' && !text.includes('\n') && text.length <= longestMessage) return text;
  }
  return message.trim() || `failed expression: ${expression.trim()}`;
}

function annotationsOf(
  { annotations }: CompiledPolicy,
  run: (program: Program) => ReturnType<Program['run']>,
): Record<string, string> {
  const found: Record<string, string> = {};
  for (const { key, program } of annotations) {
    const outcome = run(program);
    if ('value' in outcome && typeof outcome.value === 'string') found[key] = outcome.value;
  }
  return found;
}
