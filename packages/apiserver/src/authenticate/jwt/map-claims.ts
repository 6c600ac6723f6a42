import { claimsFromJson, ListValue, type Program, type Value } from '@dormice/cel';
import type { UserInfo } from '@dormice/client';
import type { ClaimOrExpression, CompiledAuthenticator, CompiledRule } from './configuration.ts';

export type Claims = Record<string, unknown>;

/** Why a token is not believed; goes to the log, never to the client. */
export class ClaimError extends Error {}

const everybody = 'system:authenticated';

/** What one expression may cost. */
const budget = 10_000_000;

function run(program: Program, variables: Record<string, Value>): Value {
  const outcome = program.run(variables, budget);
  if ('error' in outcome) throw new ClaimError(outcome.error);
  return outcome.value;
}

/**
 * Who the holder of a token is, by its claims.
 *
 * @throws ClaimError when the claims do not say, or a rule forbids it
 */
export function userOfClaims(authenticator: CompiledAuthenticator, claims: Claims): UserInfo {
  const { stated, uid, groups, extra } = authenticator;
  const { claimMappings: mappings } = stated;
  const variables = { claims: claimsFromJson(claims) };
  const id = mappings.uid?.claim
    ? textOf(claims, mappings.uid.claim)
    : uid && String(run(uid, variables));
  const extras = Object.fromEntries(
    extra.map(({ key, program }) => [key, textsOf(run(program, variables))] as const),
  );
  const credential = typeof claims['jti'] === 'string' ? [`JTI=${claims['jti']}`] : [];
  const all = Object.entries({
    'authentication.kubernetes.io/credential-id': credential,
    ...extras,
  });
  const present = all.filter(([, values]) => values.length > 0);
  const user: UserInfo = {
    username: usernameOf(authenticator, claims, variables),
    groups: groups ? textsOf(run(groups, variables)) : claimedGroups(mappings.groups, claims),
    ...(id ? { uid: id } : {}),
    ...(present.length > 0 ? { extra: Object.fromEntries(present) } : {}),
  };
  checkRequired(authenticator, claims);
  checkRules(authenticator.claimRules, variables);
  checkRules(authenticator.userRules, { user: claimsFromJson({ uid: '', extra: {}, ...user }) });
  const { groups: own } = user;
  return { ...user, groups: own.includes(everybody) ? own : [...own, everybody] };
}

function usernameOf(
  { stated, username }: CompiledAuthenticator,
  claims: Claims,
  variables: Record<string, Value>,
): string {
  if (username) {
    const value = run(username, variables);
    if (typeof value !== 'string')
      throw new ClaimError('username claim expression must return a string');
    if (value === '') throw new ClaimError('empty username via CEL expression is not allowed');
    return value;
  }
  const { claim = '', prefix = '' } = stated.claimMappings.username;
  const name = textOf(claims, claim);
  if (
    claim === 'email' &&
    Object.hasOwn(claims, 'email_verified') &&
    claims['email_verified'] !== true
  ) {
    throw new ClaimError('email not verified');
  }
  return prefix + name;
}

function textOf(claims: Claims, name: string): string {
  const value = claims[name];
  if (typeof value !== 'string') throw new ClaimError(`claim ${JSON.stringify(name)} is no text`);
  return value;
}

/** One text counts as a list of one. */
function claimedGroups(mapping: ClaimOrExpression | undefined, claims: Claims): string[] {
  const { claim = '', prefix = '' } = mapping ?? {};
  if (claim === '' || !Object.hasOwn(claims, claim)) return [];
  const groups = [claims[claim] ?? []].flat();
  if (groups.some((group) => typeof group !== 'string')) {
    throw new ClaimError(`groups claim ${JSON.stringify(claim)} is no list of texts`);
  }
  return groups.map((group) => prefix + String(group));
}

/** A text or a list of texts; empty ones are as none. */
function textsOf(value: Value): string[] {
  if (value === null || value === '') return [];
  const values = value instanceof ListValue ? [...value] : [value];
  if (values.some((one) => typeof one !== 'string')) {
    throw new ClaimError('expression must return a string or a list of strings');
  }
  return (values as string[]).filter((one) => one !== '');
}

function checkRequired({ stated }: CompiledAuthenticator, claims: Claims): void {
  for (const { claim = '', requiredValue = '' } of stated.claimValidationRules ?? []) {
    if (claim === '') continue;
    if (!Object.hasOwn(claims, claim)) {
      throw new ClaimError(`required claim ${claim} not present in ID token`);
    }
    if (textOf(claims, claim) !== requiredValue) {
      throw new ClaimError(`required claim ${claim} value does not match`);
    }
  }
}

function checkRules(rules: readonly CompiledRule[], variables: Record<string, Value>): void {
  for (const { expression, message, program } of rules) {
    if (run(program, variables) !== true) {
      throw new ClaimError(`validation expression '${expression}' failed: ${message}`);
    }
  }
}
