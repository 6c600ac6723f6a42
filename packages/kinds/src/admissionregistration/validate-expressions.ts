import { fieldErrors, isQualifiedName, type KubeObject } from '@dormice/apimachinery';
import type { CelType } from '@dormice/cel';
import { type Check, isAbsent, isEmpty, onEach } from '../checks.ts';
import { each, type Loose } from '../loose.ts';
import { admissionExpression, type Uses } from './admission-expressions.ts';

const { duplicate, invalid, notSupported, required } = fieldErrors;

const most = 64;
const identifier = /^[_a-zA-Z][_a-zA-Z0-9]*$/;
const reasons = ['Forbidden', 'Invalid', 'RequestEntityTooLarge'];

export function expression(
  path: string,
  source: Loose,
  uses: Uses,
  result: readonly string[],
  missing = '',
): Check {
  if (isEmpty(source) || String(source).trim() === '') return [required(path, missing)];
  const compiled = admissionExpression(source, uses, result);
  return 'problem' in compiled ? [invalid(path, source, compiled.problem)] : [];
}

/** `matchConditions` of policies and webhooks. */
export function validateMatchConditions(list: Loose, path: string, uses: Uses): Check {
  const errors: Check = [];
  const seen = new Set<string>();
  if (each(list).length > most) {
    const detail = `must have at most ${most} items`;
    errors.push({ type: 'FieldValueTooMany', field: path, badValue: each(list).length, detail });
  }
  errors.push(
    ...onEach(list, path, ({ name = '', expression: source }, at) => {
      const own = expression(`${at}.expression`, source, uses, ['bool']);
      if (name === '') return [...own, required(`${at}.name`, '')];
      const bad = isQualifiedName(name).map((why) => invalid(`${at}.name`, name, why));
      const twice = seen.has(name) ? [duplicate(`${at}.name`, name)] : [];
      seen.add(name);
      return [...own, ...bad, ...twice];
    }),
  );
  return errors;
}

/** The expressions of a ValidatingAdmissionPolicy. */
export function validatePolicyExpressions(policy: KubeObject): Check {
  const { spec = {} } = policy as Loose;
  const base: Uses = { params: !isEmpty(spec.paramKind), authorizer: true, namespace: true };
  const variables: Record<string, CelType> = {};
  const errors = validateMatchConditions(spec.matchConditions, 'spec.matchConditions', base);
  errors.push(
    ...onEach(spec.variables, 'spec.variables', (variable, at) =>
      validateVariable(variable, at, base, variables),
    ),
  );
  const uses = { ...base, variables };
  const annotations = new Set<string>();
  errors.push(
    ...onEach(spec.validations, 'spec.validations', (validation, at) => [
      ...expression(
        `${at}.expression`,
        validation.expression,
        uses,
        ['bool'],
        'expression is not specified',
      ),
      ...(isEmpty(validation.messageExpression)
        ? []
        : expression(`${at}.messageExpression`, validation.messageExpression, uses, ['string'])),
      ...validateMessage(validation, at),
      ...(isAbsent(validation.reason) || reasons.includes(validation.reason)
        ? []
        : [notSupported(`${at}.reason`, validation.reason, reasons)]),
    ]),
    ...onEach(
      spec.auditAnnotations,
      'spec.auditAnnotations',
      ({ key = '', valueExpression }, at) => {
        const full = `${policy.metadata.name}/${key}`;
        const again = annotations.has(key);
        annotations.add(key);
        return [
          ...isQualifiedName(full).map((why) => invalid(`${at}.key`, full, why)),
          ...expression(
            `${at}.valueExpression`,
            valueExpression,
            uses,
            ['string', 'null'],
            'valueExpression is not specified',
          ),
          ...(again ? [duplicate(`${at}.key`, key)] : []),
        ];
      },
    ),
  );
  return errors;
}

/** Variables see those before them. */
export function validateVariable(
  { name = '', expression: source }: Loose,
  at: string,
  base: Uses,
  known: Record<string, CelType>,
): Check {
  const errors: Check = [];
  if (name === '') errors.push(required(`${at}.name`, 'name is not specified'));
  else if (!identifier.test(name)) {
    errors.push(invalid(`${at}.name`, name, 'must be a valid CEL identifier'));
  }
  if (isEmpty(source))
    return [...errors, required(`${at}.expression`, 'expression is not specified')];
  const compiled = admissionExpression(source, { ...base, variables: known });
  if ('problem' in compiled) {
    return [...errors, invalid(`${at}.expression`, source, compiled.problem)];
  }
  known[name] = compiled.program.type;
  return errors;
}

function validateMessage({ message }: Loose, at: string): Check {
  if (isEmpty(message)) {
    return [];
  }
  if (message.trim() === '') {
    return [invalid(`${at}.message`, message, 'must be non-empty if specified')];
  }
  return message.includes('\n')
    ? [invalid(`${at}.message`, message, 'must not contain line breaks')]
    : [];
}
