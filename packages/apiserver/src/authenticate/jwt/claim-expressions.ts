import { type FieldError, fieldErrors } from '@dormice/apimachinery';
import {
  type CelType,
  compile,
  dyn,
  formatType,
  listOf,
  mapOf,
  type ObjectType,
  type Program,
  string,
} from '@dormice/cel';

const { invalid } = fieldErrors;

const userFields: Record<string, CelType> = {
  username: string,
  uid: string,
  groups: listOf(string),
  extra: mapOf(string, listOf(string)),
};
const userType: ObjectType = {
  kind: 'object',
  name: 'kubernetes.UserInfo',
  fields: new Map(Object.entries(userFields).map(([name, type]) => [name, { name, type }])),
};

/** What expressions look at: the claims of a token, or the user that was made of them. */
const variables = {
  claims: { claims: mapOf(string, dyn) },
  user: { user: userType },
} as const;

/**
 * Reads an expression.
 *
 * @param isRule must it answer yes or no?
 */
export function readExpression(
  source: string,
  over: keyof typeof variables,
  path: string,
  isRule: boolean,
): { program: Program } | { error: FieldError } {
  const compiled = compile(source, { variables: variables[over] });
  if ('error' in compiled) {
    return { error: invalid(path, source, `compilation failed: ${compiled.error}`) };
  }
  const type = formatType(compiled.program.type);
  if (isRule && type !== 'bool') return { error: invalid(path, source, 'must evaluate to bool') };
  return compiled;
}
