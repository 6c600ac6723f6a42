import { type KubeObject, StatusError } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { countPolicy } from '../../metrics/count-policy.ts';
import { keyPrefix } from '../../registry/keys.ts';
import { ConditionError, conditionsHold } from '../expressions/match-conditions.ts';
import { requestVariables } from '../expressions/request-variables.ts';
import { shownObjects } from '../expressions/shown-objects.ts';
import { isExempt } from '../webhooks/relevant.ts';
import { type CompiledPolicy, compiledPolicy, type MatchResources } from './compiled-policy.ts';
import { type Evaluation, evaluatePolicy, type Finding, paramsValue } from './evaluate-policy.ts';
import { ConfigurationError, type ParamRef, paramsOf } from './find-params.ts';
import { matching } from './matching.ts';

const group = 'admissionregistration.k8s.io';
const prefixes = {
  policies: keyPrefix({ group, resource: 'validatingadmissionpolicies' }),
  bindings: keyPrefix({ group, resource: 'validatingadmissionpolicybindings' }),
};

interface Binding {
  name: string;
  policyName: string;
  validationActions: string[];
  matchResources: MatchResources | undefined;
  paramRef: ParamRef | undefined;
}

const bindingOf = ({ metadata, spec }: KubeObject): Binding => ({
  name: metadata.name ?? '',
  policyName: spec.policyName,
  validationActions: spec.validationActions ?? ['Deny'],
  matchResources: spec.matchResources,
  paramRef: spec.paramRef,
});

/** Judges a request by all policies that are bound. @throws StatusError the first refusal */
export async function runPolicies(
  context: ServerContext,
  attributes: AdmissionAttributes,
): Promise<void> {
  const policies = context.objects.list(prefixes.policies);
  if (policies.length === 0 || isExempt(attributes)) return;
  const asked = context.kinds.find(attributes.group, attributes.version, attributes.resource);
  if (!asked) return;
  const bindings = context.objects.list(prefixes.bindings).map(bindingOf);
  const refusals: StatusError[] = [];
  for (const stored of policies) {
    const policy = compiledPolicy(stored);
    const own = bindings.filter(({ policyName }) => policyName === policy.name);
    for (const binding of own) {
      const refusal = await judge(context, attributes, asked, policy, binding);
      if (refusal) refusals.push(refusal);
    }
  }
  if (refusals[0]) throw refusals[0];
}

async function judge(
  context: ServerContext,
  attributes: AdmissionAttributes,
  asked: Kind,
  policy: CompiledPolicy,
  binding: Binding,
): Promise<StatusError | undefined> {
  const kind = matching(context, attributes, asked, policy.match);
  if (!kind) return undefined;
  if (binding.matchResources && !matching(context, attributes, asked, binding.matchResources)) {
    return undefined;
  }
  const objects = await shownObjects(context, attributes, asked, kind);
  const variables = requestVariables(context, attributes, asked, kind, objects);
  try {
    const findings: Finding[] = [];
    for (const params of paramsOf(context, attributes, policy.paramKind, binding.paramRef)) {
      const known = { ...variables, params: () => paramsValue(params) };
      if (!conditionsHold(policy.conditions, known, policy.uses)) continue;
      const evaluation = evaluatePolicy(policy, variables, params);
      findings.push(...evaluation.findings);
      annotate(attributes, policy, evaluation);
      const who = { policy: policy.name, binding: binding.name };
      for (const seconds of evaluation.passed)
        countPolicy(context, who, seconds, undefined, 'allow');
    }
    return act(context, attributes, policy, binding, findings);
  } catch (error) {
    if (!(error instanceof ConfigurationError) && !(error instanceof ConditionError)) throw error;
    const heading = error instanceof ConfigurationError ? 'failed to configure binding: ' : '';
    const finding = {
      message: `${heading}${error.message}`,
      reason: '',
      isError: true,
      seconds: 0,
    };
    return act(context, attributes, policy, binding, [finding]);
  }
}

function annotate(
  attributes: AdmissionAttributes,
  policy: CompiledPolicy,
  { annotations }: Evaluation,
): void {
  for (const [key, value] of Object.entries(annotations)) {
    attributes.annotate?.(`${policy.name}/${key}`, value);
  }
}

/** Warns, notes and refuses as the binding says. */
function act(
  context: ServerContext,
  attributes: AdmissionAttributes,
  policy: CompiledPolicy,
  binding: Binding,
  findings: readonly Finding[],
): StatusError | undefined {
  const named = { policy: policy.name, binding: binding.name };
  const count = (
    { seconds, isError, message }: Finding,
    action: 'allow' | 'deny' | 'audit' | 'warn',
  ) => countPolicy(context, named, seconds, isError ? message : undefined, action);
  const isPassedOver = ({ isError }: Finding) => isError && policy.failurePolicy === 'Ignore';
  for (const finding of findings.filter(isPassedOver)) count(finding, 'allow');
  const who = `ValidatingAdmissionPolicy '${policy.name}' with binding '${binding.name}'`;
  let refusal: StatusError | undefined;
  for (const finding of findings.filter((one) => !isPassedOver(one))) {
    const { message, reason } = finding;
    for (const action of binding.validationActions) {
      count(finding, action.toLowerCase() as 'deny' | 'audit' | 'warn');
      if (action === 'Warn') attributes.warn(`Validation failed for ${who}: ${message}`);
      else if (action === 'Audit') {
        const note = { message, policy: policy.name, binding: binding.name };
        attributes.annotate?.(
          'validation.policy.admission.k8s.io/validation_failure',
          JSON.stringify([{ ...note, validationActions: binding.validationActions }]),
        );
      } else refusal ??= refused(attributes, `${who} denied request: ${message}`, reason);
    }
  }
  return refusal;
}

/** Status codes of the reasons that a validation may give. */
const codes: Record<string, number> = {
  Unauthorized: 401,
  Forbidden: 403,
  Invalid: 422,
  RequestEntityTooLarge: 413,
};

function refused(
  { group: own, resource, name }: AdmissionAttributes,
  message: string,
  reason: string,
): StatusError {
  const named = own === '' ? resource : `${resource}.${own}`;
  const shown = reason === '' ? 'Invalid' : reason;
  return new StatusError(
    codes[shown] ?? 422,
    shown as StatusError['reason'],
    `${named} ${JSON.stringify(name)} is forbidden: ${message}`,
    {
      name,
      ...(own === '' ? {} : { group: own }),
      kind: resource,
      causes: [{ message }],
    },
  );
}
