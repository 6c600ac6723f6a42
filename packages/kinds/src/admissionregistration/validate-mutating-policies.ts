import { fieldErrors, isDns1123Subdomain, type KubeObject } from '@dormice/apimachinery';
import type { CelType } from '@dormice/cel';
import { type Check, follows, isAbsent, isEmpty, onEach } from '../checks.ts';
import { each, type Loose } from '../loose.ts';
import type { Uses } from './admission-expressions.ts';
import { expression, validateMatchConditions, validateVariable } from './validate-expressions.ts';
import {
  failurePolicies,
  validateConstraints,
  validateParamKind,
  validateParamRef,
} from './validate-policies.ts';
import { validateMatchResources } from './validate-rules.ts';

const { invalid, notSupported, required } = fieldErrors;

const operations = ['*', 'CONNECT', 'CREATE', 'UPDATE'];
const reinvocations = ['IfNeeded', 'Never'];

/** Where each type of patch is said, and what its expression makes. */
const patches: Record<string, { field: string; other: string; result: string }> = {
  ApplyConfiguration: { field: 'applyConfiguration', other: 'jsonPatch', result: 'Object' },
  JSONPatch: { field: 'jsonPatch', other: 'applyConfiguration', result: 'list(JSONPatch)' },
};

/** Nothing is left to change in what is deleted. */
const validateOperations = (match: Loose, path: string): Check =>
  each(match?.resourceRules).flatMap((rule) =>
    each(rule.operations)
      .filter((operation) => !operations.includes(operation))
      .map((operation) => notSupported(`${path}.resourceRules.operations`, operation, operations)),
  );

export function validateMutatingPolicy({ spec = {} }: KubeObject): Check {
  const base: Uses = { params: !isEmpty(spec.paramKind), authorizer: true, namespace: true };
  const variables: Record<string, CelType> = {};
  const { failurePolicy, matchConstraints, reinvocationPolicy } = spec;
  return [
    ...oneOf('spec.failurePolicy', failurePolicy, failurePolicies),
    ...(spec.paramKind ? validateParamKind(spec.paramKind, 'spec.paramKind') : []),
    ...validateConstraints(matchConstraints, 'spec.matchConstraints'),
    ...validateOperations(matchConstraints, 'spec.matchConstraints'),
    ...validateMatchConditions(spec.matchConditions, 'spec.matchConditions', base),
    ...onEach(spec.variables, 'spec.variables', (variable, at) =>
      validateVariable(variable, at, base, variables),
    ),
    ...(each(spec.mutations).length === 0
      ? [required('spec.mutations', 'mutations must contain at least one item')]
      : onEach(spec.mutations, 'spec.mutations', (mutation, at) =>
          validateMutation(mutation, at, { ...base, variables, patches: true }),
        )),
    ...oneOf('spec.reinvocationPolicy', reinvocationPolicy, reinvocations),
  ];
}

function oneOf(path: string, value: Loose, known: readonly string[]): Check {
  if (isAbsent(value) || value === '') return [required(path)];
  return known.includes(value) ? [] : [notSupported(path, value, known)];
}

function validateMutation(mutation: Loose, path: string, uses: Uses): Check {
  const { patchType = '' } = mutation;
  if (patchType === '') return [required(`${path}.patchType`)];
  const patch = patches[patchType];
  if (!patch) return [notSupported(`${path}.patchType`, patchType, Object.keys(patches))];
  const { field, other, result } = patch;
  const said = mutation[field];
  return [
    ...(said
      ? expression(`${path}.${field}.expression`, said.expression, uses, [result])
      : [required(`${path}.${field}`, `must be specified when patchType is ${patchType}`)]),
    ...(mutation[other]
      ? [
          invalid(
            `${path}.${other}`,
            `{${other}}`,
            `must not be specified when patchType is ${patchType}`,
          ),
        ]
      : []),
  ];
}

export function validateMutatingPolicyBinding({ spec = {} }: KubeObject): Check {
  return [
    ...(isEmpty(spec.policyName)
      ? [required('spec.policyName')]
      : follows('spec.policyName', spec.policyName, isDns1123Subdomain)),
    ...validateParamRef(spec.paramRef, 'spec.paramRef'),
    ...validateMatchResources(spec.matchResources, 'spec.matchResources'),
    ...validateOperations(spec.matchResources, 'spec.matchResources'),
  ];
}
