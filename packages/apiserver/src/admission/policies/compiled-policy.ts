import type { KubeObject } from '@dormice/apimachinery';
import type { CelType, Program } from '@dormice/cel';
import { admissionExpression, type Uses } from '@dormice/kinds';
import type { MatchCondition } from '../expressions/match-conditions.ts';
import type { Rule } from '../webhooks/webhook.ts';

interface Validation {
  expression: string;
  program: Program;
  message: string;
  messageProgram: Program | undefined;
  reason: string;
}

/** A policy whose expressions are read. */
export interface CompiledPolicy {
  name: string;
  failurePolicy: 'Fail' | 'Ignore';
  paramKind: { apiVersion: string; kind: string } | undefined;
  match: MatchResources;
  conditions: readonly MatchCondition[];
  uses: Uses;
  variables: { name: string; program: Program }[];
  validations: Validation[];
  annotations: { key: string; program: Program }[];
}

/** Which requests a policy or a binding is about. */
export interface MatchResources {
  resourceRules?: Rule[];
  excludeResourceRules?: Rule[];
  matchPolicy?: 'Equivalent' | 'Exact';
  namespaceSelector?: object;
  objectSelector?: object;
}

const compiled = new WeakMap<KubeObject, CompiledPolicy>();

/** A stored policy with its expressions read; expressions that no longer compile are left out. */
export function compiledPolicy(policy: KubeObject): CompiledPolicy {
  let known = compiled.get(policy);
  if (!known) {
    known = compilePolicy(policy);
    compiled.set(policy, known);
  }
  return known;
}

function read(source: string, uses: Uses): Program | undefined {
  const result = source === '' ? undefined : admissionExpression(source, uses);
  return result && 'program' in result ? result.program : undefined;
}

/** What a policy defines for its other expressions, and what these may use. */
export function compileVariables(spec: KubeObject['spec']): {
  base: Uses;
  uses: Uses;
  variables: CompiledPolicy['variables'];
} {
  const base: Uses = { params: spec.paramKind !== undefined, authorizer: true, namespace: true };
  const types: Record<string, CelType> = {};
  const variables: CompiledPolicy['variables'] = [];
  for (const { name, expression } of spec.variables ?? []) {
    const program = read(expression, { ...base, variables: types });
    if (!program) continue;
    variables.push({ name, program });
    types[name] = program.type;
  }
  return { base, uses: { ...base, variables: types }, variables };
}

function compilePolicy({ metadata, spec = {} }: KubeObject): CompiledPolicy {
  const { base, uses, variables } = compileVariables(spec);
  const validations: Validation[] = [];
  for (const {
    expression,
    message = '',
    messageExpression = '',
    reason = '',
  } of spec.validations ?? []) {
    const program = read(expression, uses);
    const messageProgram = read(messageExpression, uses);
    if (program) validations.push({ expression, program, message, messageProgram, reason });
  }
  const annotations: CompiledPolicy['annotations'] = [];
  for (const { key, valueExpression } of spec.auditAnnotations ?? []) {
    const program = read(valueExpression, uses);
    if (program) annotations.push({ key, program });
  }
  return {
    name: metadata.name ?? '',
    failurePolicy: spec.failurePolicy ?? 'Fail',
    paramKind: spec.paramKind,
    match: spec.matchConstraints ?? {},
    conditions: spec.matchConditions ?? [],
    uses: base,
    variables,
    validations,
    annotations,
  };
}
