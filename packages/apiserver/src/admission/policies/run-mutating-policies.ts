import { type KubeObject, parseApiVersion, StatusError } from '@dormice/apimachinery';
import type { Program } from '@dormice/cel';
import type { Kind } from '@dormice/kinds';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { countPolicy } from '../../metrics/count-policy.ts';
import { keyPrefix } from '../../registry/keys.ts';
import { ConditionError, conditionsHold, outOfBudget } from '../expressions/match-conditions.ts';
import { requestVariables } from '../expressions/request-variables.ts';
import { inVersion, shownObjects } from '../expressions/shown-objects.ts';
import { forbid } from '../plugins/forbid.ts';
import { replaceIn } from '../replace-in.ts';
import { isExempt } from '../webhooks/relevant.ts';
import {
  type CompiledMutatingPolicy,
  compiledMutatingPolicy,
  type Mutation,
} from './compiled-mutating-policy.ts';
import type { MatchResources } from './compiled-policy.ts';
import { Purse, paramsValue, type Variables, withVariables } from './evaluate-policy.ts';
import { ConfigurationError, type ParamRef, paramsOf } from './find-params.ts';
import { matching } from './matching.ts';
import { MutationError, mutated } from './mutate.ts';

const group = 'admissionregistration.k8s.io';
const prefixes = {
  policies: keyPrefix({ group, resource: 'mutatingadmissionpolicies' }),
  bindings: keyPrefix({ group, resource: 'mutatingadmissionpolicybindings' }),
};

/** One policy with one binding and one set of parameters. */
interface Invocation {
  policy: CompiledMutatingPolicy;
  binding: string;
  kind: Kind;
  params: KubeObject | undefined;
  key: string;
}

/** Something that a policy could not do; reason of the answer when it is the first. */
interface Failure {
  policy: CompiledMutatingPolicy;
  message: string;
  reason: StatusError['reason'];
}

/** What ran in the first round and is asked again in the second. */
export type PolicyRounds = { again: boolean; keys: Set<string> };

/**
 * Changes the object of a request as the mutating policies that are bound say. Says whether one of them did.
 *
 * @throws StatusError 403 when one of them fails and its failure policy is Fail
 */
export async function runMutatingPolicies(
  context: ServerContext,
  attributes: AdmissionAttributes,
  rounds: PolicyRounds,
): Promise<boolean> {
  if (!context.mutatesByPolicy || attributes.operation === 'DELETE') return false;
  const stored = context.objects.list(prefixes.policies);
  if (stored.length === 0 || isExempt(attributes)) return false;
  const asked = context.kinds.find(attributes.group, attributes.version, attributes.resource);
  if (!asked) return false;
  const failures: Failure[] = [];
  const invocations = stored.flatMap((policy) =>
    invocationsOf(context, attributes, asked, compiledMutatingPolicy(policy), failures),
  );
  let changed = false;
  for (const invocation of invocations) {
    if (rounds.again && !rounds.keys.has(invocation.key)) continue;
    changed = (await invoke(context, attributes, asked, invocation, failures, rounds)) || changed;
  }
  const counting = failures.filter(({ policy }) => policy.failurePolicy !== 'Ignore');
  if (counting.length > 0) throw refusal(attributes, counting);
  return changed;
}

function invocationsOf(
  context: ServerContext,
  attributes: AdmissionAttributes,
  asked: Kind,
  policy: CompiledMutatingPolicy,
  failures: Failure[],
): Invocation[] {
  const bindings = context.objects
    .list(prefixes.bindings)
    .filter(({ spec }) => spec?.policyName === policy.name);
  const kind = bindings.length > 0 && matching(context, attributes, asked, policy.match);
  if (!kind) return [];
  const unknown = unknownParamKind(context, policy);
  if (unknown !== undefined) {
    const message = `policy ${JSON.stringify(policy.name)} denied request: failed to configure policy: ${unknown}`;
    failures.push({ policy, message, reason: 'Forbidden' });
    return [];
  }
  return bindings.flatMap(({ metadata, spec }) => {
    const binding = metadata.name ?? '';
    const scope: MatchResources | undefined = spec.matchResources;
    if (scope && !matching(context, attributes, asked, scope)) return [];
    try {
      const all = paramsOf(context, attributes, policy.paramKind, spec.paramRef as ParamRef);
      return all.map((params) => ({ policy, binding, kind, params, key: keyOf(params) }));
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      const message = `${denied(policy, binding)}: failed to configure binding: ${error.message}`;
      failures.push({ policy, message, reason: 'Forbidden' });
      return [];
    }
    function keyOf(params: KubeObject | undefined): string {
      const { namespace = '', name = '' } = params?.metadata ?? {};
      return [policy.name, binding, namespace, name].join('/');
    }
  });
}

function unknownParamKind(
  context: ServerContext,
  { paramKind }: CompiledMutatingPolicy,
): string | undefined {
  if (!paramKind) return undefined;
  const { group: own, version } = parseApiVersion(paramKind.apiVersion);
  if (context.kinds.findByKind(own, version, paramKind.kind)) return undefined;
  return `failed to find resource referenced by paramKind: '${paramKind.apiVersion}, Kind=${paramKind.kind}'`;
}

const denied = ({ name }: CompiledMutatingPolicy, binding: string): string =>
  `policy '${name}' with binding '${binding}' denied request`;

/** Runs the mutations one after the other, each upon what the one before made. */
async function invoke(
  context: ServerContext,
  attributes: AdmissionAttributes,
  asked: Kind,
  invocation: Invocation,
  failures: Failure[],
  rounds: PolicyRounds,
): Promise<boolean> {
  const { policy, kind, params, key, binding } = invocation;
  const fail = (why: string): void => {
    const message = `${denied(policy, binding)}: ${why}`;
    failures.push({ policy, message, reason: 'Invalid' });
  };
  const variables = async (): Promise<Variables> => {
    const objects = await shownObjects(context, attributes, asked, kind);
    const request = requestVariables(context, attributes, asked, kind, objects);
    return { ...request, params: () => paramsValue(params) };
  };
  try {
    if (!conditionsHold(policy.conditions, await variables(), policy.uses)) return false;
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    fail(error.message);
    return false;
  }
  let changed = false;
  for (const mutation of policy.mutations) {
    if (!attributes.object) break;
    const given = await variables();
    const since = performance.now();
    const count = (error?: string) => {
      const seconds = (performance.now() - since) / 1000;
      countPolicy(context, { policy: policy.name, binding }, seconds, error);
    };
    try {
      await mutateOnce(context, attributes, asked, kind, mutation, policy, given);
      count();
      changed = true;
    } catch (error) {
      count((error as Error).message);
      if (!(error instanceof MutationError)) throw error;
      fail(error.message);
    }
  }
  if (policy.reinvocationPolicy === 'IfNeeded') rounds.keys.add(key);
  return changed;
}

async function mutateOnce(
  context: ServerContext,
  attributes: AdmissionAttributes,
  asked: Kind,
  kind: Kind,
  mutation: Mutation,
  policy: CompiledMutatingPolicy,
  variables: Variables,
): Promise<void> {
  const { object } = attributes;
  if (!object) return;
  const value = evaluate(mutation, policy, variables);
  if (attributes.kind.kind !== asked.kind) {
    replaceIn(object, mutated(mutation, value, object, undefined));
    return;
  }
  const shown = await inVersion(context, asked, kind, object);
  const next = mutated(mutation, value, shown, kind);
  replaceIn(object, kind === asked ? next : await inVersion(context, kind, asked, next));
}

function evaluate(
  { compiled, expression }: Mutation,
  policy: CompiledMutatingPolicy,
  request: Variables,
) {
  if ('problem' in compiled) throw new MutationError(compiled.problem);
  const purse = new Purse();
  const run = (program: Program, variables: Variables) => purse.run(program, variables);
  const outcome = run(compiled.program, withVariables(policy, request, run));
  if (purse.isEmpty) throw new MutationError(outOfBudget);
  if ('value' in outcome) return outcome.value;
  throw new MutationError(`expression '${expression}' resulted in error: ${outcome.error}`);
}

/** All failures in one answer, with the words and the reason of the first. */
function refusal(attributes: AdmissionAttributes, failures: readonly Failure[]): StatusError {
  const { code, details } = forbid(attributes, '');
  const { message = '', reason = 'Forbidden' } = failures[0] ?? {};
  const causes = failures.map((failure) => ({ message: failure.message }));
  return new StatusError(code, reason, message, { ...details, causes });
}
