import { type FieldError, fieldErrors, isDns1123Subdomain } from '@dormice/apimachinery';
import { type Program, usesField } from '@dormice/cel';
import { readExpression } from './claim-expressions.ts';
import type {
  ClaimOrExpression,
  CompiledAuthenticator,
  CompiledRule,
  JwtAuthenticator,
} from './configuration.ts';

const { duplicate, invalid, required } = fieldErrors;

const both = "claim and expression can't both be set";

/** What compilation found out: expressions that can be run, and what is wrong. */
type Compiled<T> = T & { errors: FieldError[] };

type ClaimRule = NonNullable<JwtAuthenticator['claimValidationRules']>[number];

/** Rules about claims: of a claim's value, or an expression. */
export function compileClaimRules(
  rules: readonly ClaimRule[],
  path: string,
): Compiled<{ claimRules: CompiledRule[] }> {
  const errors: FieldError[] = [];
  const claimRules: CompiledRule[] = [];
  const seen = { claim: new Set<string>(), expression: new Set<string>() };
  for (const [index, rule] of rules.entries()) {
    const at = `${path}[${index}]`;
    const { claim = '', requiredValue = '', expression = '', message = '' } = rule;
    if (claim !== '' && expression !== '') errors.push(invalid(at, claim, both));
    else if (claim !== '') {
      if (message !== '') {
        errors.push(invalid(`${at}.message`, message, 'may not be specified when claim is set'));
      }
      if (seen.claim.has(claim)) errors.push(duplicate(`${at}.claim`, claim));
      seen.claim.add(claim);
    } else if (expression === '') errors.push(required(at, 'claim or expression is required'));
    else {
      if (requiredValue !== '') {
        const why = 'may not be specified when expression is set';
        errors.push(invalid(`${at}.requiredValue`, requiredValue, why));
      }
      const found = compileRule({ expression, message }, 'claims', at, seen.expression);
      if ('errors' in found) errors.push(...found.errors);
      else claimRules.push(found);
    }
  }
  return { claimRules, errors };
}

export function compileUserRules(
  rules: readonly { expression: string; message?: string }[],
  path: string,
): Compiled<{ userRules: CompiledRule[] }> {
  const seen = new Set<string>();
  const errors: FieldError[] = [];
  const userRules: CompiledRule[] = [];
  for (const [index, { expression = '', message = '' }] of rules.entries()) {
    const at = `${path}[${index}]`;
    if (expression === '') {
      errors.push(required(`${at}.expression`));
      continue;
    }
    const found = compileRule({ expression, message }, 'user', at, seen);
    if ('errors' in found) errors.push(...found.errors);
    else userRules.push(found);
  }
  return { userRules, errors };
}

function compileRule(
  { expression, message }: { expression: string; message: string },
  over: 'claims' | 'user',
  at: string,
  seen: Set<string>,
): CompiledRule | { errors: FieldError[] } {
  const path = `${at}.expression`;
  if (seen.has(expression)) return { errors: [duplicate(path, expression)] };
  seen.add(expression);
  const read = readExpression(expression, over, path, true);
  if ('error' in read) return { errors: [read.error] };
  return { expression, message, program: read.program };
}

type Mappings = Pick<CompiledAuthenticator, 'username' | 'groups' | 'uid' | 'extra'>;

/** How claims become a user. */
export function compileMappings(
  mappings: JwtAuthenticator['claimMappings'],
  path: string,
  rules: readonly CompiledRule[],
): Compiled<Mappings> {
  const errors: FieldError[] = [];
  const one = (mapping: ClaimOrExpression, name: string, mandatory: boolean) => {
    const { program, errors: own } = compileMapping(mapping, `${path}.${name}`, mandatory);
    errors.push(...own);
    return program;
  };
  const { username: wanted = {} } = mappings;
  const username = one(wanted, 'username', true);
  const groups = one(mappings.groups ?? {}, 'groups', false);
  const uid = compileUid(mappings.uid ?? {}, `${path}.uid`, errors);
  const extra = compileExtra(mappings.extra ?? [], `${path}.extra`, errors);
  const verifying = [
    username,
    ...extra.map(({ program }) => program),
    ...rules.map(({ program }) => program),
  ];
  if (
    username &&
    usesField(username.expr, 'claims', 'email') &&
    !verifying.some((program) => program && usesField(program.expr, 'claims', 'email_verified'))
  ) {
    errors.push(invalid(`${path}.username.expression`, wanted.expression, emailRule));
  }
  return { username, groups, uid, extra, errors };
}

const emailRule =
  'claims.email_verified must be used in claimMappings.username.expression or claimMappings.extra[*].valueExpression or claimValidationRules[*].expression when claims.email is used in claimMappings.username.expression';

function compileMapping(
  { claim = '', prefix, expression = '' }: ClaimOrExpression,
  path: string,
  mandatory: boolean,
): Compiled<{ program: Program | undefined }> {
  const errors: FieldError[] = [];
  let program: Program | undefined;
  if (expression !== '' && claim !== '') errors.push(invalid(path, '', both));
  else if (expression !== '') {
    if (prefix !== undefined) {
      const why = 'may not be specified when expression is set';
      errors.push(invalid(`${path}.prefix`, prefix, why));
    }
    const read = readExpression(expression, 'claims', `${path}.expression`, false);
    if ('error' in read) errors.push(read.error);
    else program = read.program;
  } else if (claim !== '' && prefix === undefined) {
    const why =
      'prefix is required when claim is set. It can be set to an empty string to disable prefixing';
    errors.push(required(`${path}.prefix`, why));
  } else if (claim === '' && mandatory) {
    errors.push(required(path, 'claim or expression is required'));
  }
  return { program: errors.length > 0 ? undefined : program, errors };
}

function compileUid(
  { claim = '', expression = '' }: ClaimOrExpression,
  path: string,
  errors: FieldError[],
): Program | undefined {
  if (expression === '') return undefined;
  if (claim !== '') {
    errors.push(invalid(path, '', both));
    return undefined;
  }
  const read = readExpression(expression, 'claims', `${path}.expression`, false);
  if ('program' in read) return read.program;
  errors.push(read.error);
  return undefined;
}

function compileExtra(
  mappings: readonly { key: string; valueExpression: string }[],
  path: string,
  errors: FieldError[],
): CompiledAuthenticator['extra'] {
  const seen = new Set<string>();
  return mappings.flatMap(({ key = '', valueExpression = '' }, index) => {
    const at = `${path}[${index}]`;
    errors.push(...validateKey(key, `${at}.key`));
    if (seen.has(key)) {
      errors.push(duplicate(`${at}.key`, key));
      return [];
    }
    seen.add(key);
    if (valueExpression === '') {
      errors.push(required(`${at}.valueExpression`));
      return [];
    }
    const read = readExpression(valueExpression, 'claims', `${at}.valueExpression`, false);
    if ('program' in read) return [{ key, program: read.program }];
    errors.push(read.error);
    return [];
  });
}

const pathCharacters = /^[A-Za-z0-9/\-._~%!$&'()*+,;=:]+$/;

/** Keys of extra information are paths below a domain: `example.org/team`. */
function validateKey(key: string, path: string): FieldError[] {
  if (key === '') return [required(path)];
  const at = key.indexOf('/');
  const [host, rest] = [key.slice(0, Math.max(at, 0)), key.slice(at + 1)];
  if (host === '' || rest === '') {
    return [invalid(path, key, 'must be a domain-prefixed path (such as "acme.io/foo")')];
  }
  const errors = isDns1123Subdomain(host).map((why) => invalid(path, host, why));
  if (!pathCharacters.test(rest)) {
    const why = `Invalid path (regex used for validation is '[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+')`;
    errors.push(invalid(path, rest, why));
  }
  if (key !== key.toLowerCase()) errors.push(invalid(path, key, 'must be lowercase'));
  if (/(^|\.)(kubernetes|k8s)\.io$/.test(host)) {
    const why = 'k8s.io, kubernetes.io and their subdomains are reserved for Kubernetes use';
    errors.push(invalid(path, key, why));
  }
  return errors;
}
