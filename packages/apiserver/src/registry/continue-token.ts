import { errors, isPlainObject, jsonSyntaxError } from '@dormice/apimachinery';

/** Where a list goes on: at which revision, from which key (without the collection's prefix). */
export interface ContinueToken {
  revision: number;
  start: string;
}

/** A token of this revision goes on with what is newest then. */
export const newestRevision = -1;

/** Opaque to clients: URL-safe base64 of JSON. */
export function encodeContinue(token: ContinueToken): string {
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: token.revision, start: token.start });
  return Buffer.from(text).toString('base64url');
}

/** @throws StatusError 400 in upstream's words */
export function decodeContinue(text: string): ContinueToken {
  const decoded = Buffer.from(checkedBase64(text), 'base64url');
  const { v, rv, start } = fieldsOf(decoded.toString('utf8'), decoded.toString('latin1'));
  if (v !== 'meta.k8s.io/v1') {
    throw refused(`server does not recognize this encoded version ${v}`);
  }
  if (rv === 0) throw refused('incorrect encoded start resourceVersion (version meta.k8s.io/v1)');
  if (start === '') throw refused('encoded start key empty (version meta.k8s.io/v1)');
  const parts = start.replace(/^\//, '').split('/');
  if (parts.some((part) => part === '' || part === '.' || part === '..')) throw refused(start);
  return { revision: rv, start };
}

/** @param bytes the same with a character for each byte, as Go names them when they are no JSON */
function fieldsOf(json: string, bytes: string): { v: string; rv: number; start: string } {
  let token: unknown;
  try {
    token = JSON.parse(json);
  } catch {
    throw refused(jsonSyntaxError(bytes) ?? 'unexpected end of JSON input');
  }
  if (token !== null && !isPlainObject(token)) {
    const into = 'Go value of type storage.continueToken';
    throw refused(`json: cannot unmarshal ${wordFor(token)} into ${into}`);
  }
  const field = <T>(name: string, fits: (value: unknown) => value is T, type: string, none: T) => {
    const value = token?.[name] ?? none;
    if (fits(value)) return value;
    const into = `Go struct field continueToken.${name} of type ${type}`;
    throw refused(`json: cannot unmarshal ${wordFor(value)} into ${into}`);
  };
  return {
    v: field('v', isString, 'string', ''),
    rv: field('rv', isInteger, 'int64', 0),
    start: field('start', isString, 'string', ''),
  };
}

const isString = (value: unknown): value is string => typeof value === 'string';
const isInteger = (value: unknown): value is number => Number.isSafeInteger(value);

/** What Go's decoder calls a value that does not fit. */
function wordFor(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number' && !Number.isInteger(value)) return `number ${value}`;
  return typeof value;
}

const refused = (why: string) =>
  errors.badRequest(`invalid continue token: continue key is not valid: ${why}`);

/** Go names the first byte that is no base64; line ends are passed over. */
function checkedBase64(text: string): string {
  const wrong = /[^\w\r\n-]/.exec(text);
  const ends = text.replace(/[\r\n]/g, '').length % 4 === 1;
  if (wrong) throw refused(`illegal base64 data at input byte ${wrong.index}`);
  if (ends) throw refused(`illegal base64 data at input byte ${text.length - 1}`);
  return text;
}
