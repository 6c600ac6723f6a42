import type { Schema, ValidationRule } from '@dormice/apimachinery';
import {
  bool,
  type CelType,
  compile,
  estimateCost,
  optionalOf,
  type Program,
  returns,
  string,
  typeFromSchema,
  usesVariable,
} from '@dormice/cel';

/** A rule that can be run. */
export interface CompiledRule {
  rule: ValidationRule;
  program: Program;
  message: Program | undefined;
  /** Does it compare with the value before? */
  transition: boolean;
  /** The most that one evaluation costs: of the rule and of its message. */
  cost: { rule: number; message: number };
}

/** A rule that cannot, and where and why. */
export interface BrokenRule {
  rule: ValidationRule;
  problems: { field: 'rule' | 'messageExpression' | 'optionalOldSelf'; detail: string }[];
}

/** A rule of values of `schema`, read and checked. `root`: the schema of a whole resource. */
export function compileRule(
  rule: ValidationRule,
  schema: Schema,
  root: boolean,
): CompiledRule | BrokenRule {
  const self = typeFromSchema(schema, root);
  const problems: BrokenRule['problems'] = [];
  if (!self) {
    return { rule, problems: [{ field: 'rule', detail: 'the schema has no type' }] };
  }
  const variables = variablesOf(self, rule.optionalOldSelf === true);
  const own = compile(rule.rule, { variables });
  if ('error' in own) problems.push({ field: 'rule', detail: `compilation failed: ${own.error}` });
  else if (!returns(own.program, bool)) {
    problems.push({ field: 'rule', detail: 'cel expression must evaluate to a bool' });
  }
  const message = messageOf(rule, variables, problems);
  const transition = 'program' in own && usesVariable(own.program.expr, 'oldSelf');
  if (rule.optionalOldSelf !== undefined && !transition) {
    const detail = 'may not be set if oldSelf is not used in rule';
    problems.push({ field: 'optionalOldSelf', detail });
  }
  if (problems.length > 0 || !('program' in own)) return { rule, problems };
  return {
    rule,
    program: own.program,
    message,
    transition,
    cost: {
      rule: estimateCost(own.program.expr, own.program.checked),
      message: message ? estimateCost(message.expr, message.checked) : 0,
    },
  };
}

const variablesOf = (self: CelType, optional: boolean): Record<string, CelType> => ({
  self,
  oldSelf: optional ? optionalOf(self) : self,
});

function messageOf(
  { messageExpression = '' }: ValidationRule,
  variables: Record<string, CelType>,
  problems: BrokenRule['problems'],
): Program | undefined {
  if (messageExpression === '') return undefined;
  const compiled = compile(messageExpression, { variables });
  const field = 'messageExpression';
  if ('error' in compiled) {
    problems.push({ field, detail: `messageExpression compilation failed: ${compiled.error}` });
    return undefined;
  }
  if (!returns(compiled.program, string)) {
    problems.push({ field, detail: 'messageExpression must evaluate to a string' });
    return undefined;
  }
  return compiled.program;
}

const cached = new WeakMap<Schema, readonly CompiledRule[]>();

/** The rules of a schema that was accepted: read once. Rules that no longer compile are left out. */
export function rulesOf(schema: Schema, root: boolean): readonly CompiledRule[] {
  let known = cached.get(schema);
  if (!known) {
    known = (schema.rules ?? [])
      .map((rule) => compileRule(rule, schema, root))
      .filter((rule) => 'program' in rule);
    cached.set(schema, known);
  }
  return known;
}

const withRules = new WeakMap<Schema, boolean>();

/** Has a schema, or anything below it, rules? */
export function hasRules(schema: Schema): boolean {
  let known = withRules.get(schema);
  if (known === undefined) {
    const children = [...Object.values(schema.fields ?? {}), schema.items, schema.values];
    known =
      (schema.rules ?? []).length > 0 ||
      children.some((child) => child !== undefined && hasRules(child));
    withRules.set(schema, known);
  }
  return known;
}
