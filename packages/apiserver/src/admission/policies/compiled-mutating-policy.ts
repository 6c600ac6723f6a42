import type { KubeObject } from '@dormice/apimachinery';
import type { Program } from '@dormice/cel';
import { admissionExpression, type Uses } from '@dormice/kinds';
import type { MatchCondition } from '../expressions/match-conditions.ts';
import { type CompiledPolicy, compileVariables, type MatchResources } from './compiled-policy.ts';

export interface Mutation {
  patchType: 'ApplyConfiguration' | 'JSONPatch';
  expression: string;
  /** What its expression is, or what is wrong with it. */
  compiled: { program: Program } | { problem: string };
}

/** A mutating policy whose expressions are read. */
export interface CompiledMutatingPolicy {
  name: string;
  failurePolicy: 'Fail' | 'Ignore';
  reinvocationPolicy: 'Never' | 'IfNeeded';
  paramKind: { apiVersion: string; kind: string } | undefined;
  match: MatchResources;
  conditions: readonly MatchCondition[];
  uses: Uses;
  variables: CompiledPolicy['variables'];
  mutations: readonly Mutation[];
}

const compiled = new WeakMap<KubeObject, CompiledMutatingPolicy>();

/** A stored policy with its expressions read, once. */
export function compiledMutatingPolicy(policy: KubeObject): CompiledMutatingPolicy {
  let known = compiled.get(policy);
  if (!known) {
    known = compile(policy);
    compiled.set(policy, known);
  }
  return known;
}

function compile({ metadata, spec = {} }: KubeObject): CompiledMutatingPolicy {
  const { base, uses, variables } = compileVariables(spec);
  return {
    name: metadata.name ?? '',
    failurePolicy: spec.failurePolicy ?? 'Fail',
    reinvocationPolicy: spec.reinvocationPolicy ?? 'Never',
    paramKind: spec.paramKind,
    match: spec.matchConstraints ?? {},
    conditions: spec.matchConditions ?? [],
    uses: base,
    variables,
    mutations: ((spec.mutations ?? []) as KubeObject['spec'][]).map(
      ({ patchType, applyConfiguration, jsonPatch }): Mutation => {
        const isApply = patchType === 'ApplyConfiguration';
        const { expression = '' } = (isApply ? applyConfiguration : jsonPatch) ?? {};
        const result = isApply ? 'Object' : 'list(JSONPatch)';
        const ready = admissionExpression(expression, { ...uses, patches: true }, [result]);
        return { patchType, expression, compiled: ready };
      },
    ),
  };
}
