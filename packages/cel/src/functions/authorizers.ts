import { OpaqueValue, type Value } from '../runtime/values.ts';
import { bool, opaque, string } from '../types/cel-type.ts';
import { method, type Overload } from './overload.ts';

/** A question to the authorizer. */
export interface AuthorizationCheck {
  user?: { namespace: string; name: string };
  path?: string;
  group?: string;
  resource?: string;
  subresource?: string;
  namespace?: string;
  name?: string;
  verb?: string;
}

/** What the authorizer says. It must answer at once: expressions do not wait. */
export type Authorize = (check: AuthorizationCheck) => {
  allowed: boolean;
  reason: string;
  error?: string;
};

interface Pending {
  ask: Authorize;
  check: AuthorizationCheck;
}

interface Decision {
  allowed: boolean;
  reason: string;
  error?: string;
}

const names = {
  authorizer: 'kubernetes.authorization.Authorizer',
  path: 'kubernetes.authorization.PathCheck',
  group: 'kubernetes.authorization.GroupCheck',
  resource: 'kubernetes.authorization.ResourceCheck',
  decision: 'kubernetes.authorization.Decision',
} as const;

export const authorizerType = opaque(names.authorizer);
const pathType = opaque(names.path);
const groupType = opaque(names.group);
export const resourceCheckType = opaque(names.resource);
const decisionType = opaque(names.decision);

/** The variable `authorizer`, or with a check `authorizer.requestResource`. */
export function authorizerValue(ask: Authorize, check?: AuthorizationCheck): Value {
  return pending(check ? 'resource' : 'authorizer', { ask, check: check ?? {} });
}

const pending = (type: keyof typeof names, value: Pending): Value =>
  new OpaqueValue(names[type], value, JSON.stringify(value.check));
const get = (value: Value | undefined): Pending => (value as OpaqueValue<Pending>).value;
const decided = (value: Value | undefined): Decision => (value as OpaqueValue<Decision>).value;

const extend = (
  type: keyof typeof names,
  value: Value | undefined,
  more: AuthorizationCheck,
): Value => {
  const { ask, check } = get(value);
  return pending(type, { ask, check: { ...check, ...more } });
};

/** An authorization check is the dearest thing that an expression can do. */
const checkCost = (): number => 350_000;

function decide(value: Value | undefined, verb: string): Value {
  const { ask, check } = get(value);
  const decision = ask({ ...check, verb });
  return new OpaqueValue<Decision>(names.decision, decision, JSON.stringify(decision));
}

/** `authorizer.group('apps').resource('deployments').check('create').allowed()`. */
export const authorizers: readonly Overload[] = [
  method('path', [authorizerType, string], pathType, ([a, path]) =>
    extend('path', a, { path: path as string }),
  ),
  method('group', [authorizerType, string], groupType, ([a, group]) =>
    extend('group', a, { group: group as string }),
  ),
  method(
    'serviceAccount',
    [authorizerType, string, string],
    authorizerType,
    ([a, namespace, name]) =>
      extend('authorizer', a, { user: { namespace: namespace as string, name: name as string } }),
  ),
  method('resource', [groupType, string], resourceCheckType, ([a, resource]) =>
    extend('resource', a, { resource: resource as string }),
  ),
  ...(['subresource', 'namespace', 'name'] as const).map((part) =>
    method(part, [resourceCheckType, string], resourceCheckType, ([a, value]) =>
      extend('resource', a, { [part]: value as string }),
    ),
  ),
  method(
    'check',
    [pathType, string],
    decisionType,
    ([a, verb]) => decide(a, verb as string),
    checkCost,
  ),
  method(
    'check',
    [resourceCheckType, string],
    decisionType,
    ([a, verb]) => decide(a, verb as string),
    checkCost,
  ),
  method('allowed', [decisionType], bool, ([d]) => decided(d).allowed),
  method('reason', [decisionType], string, ([d]) => decided(d).reason),
  method('errored', [decisionType], bool, ([d]) => decided(d).error !== undefined),
  method('error', [decisionType], string, ([d]) => decided(d).error ?? ''),
];
