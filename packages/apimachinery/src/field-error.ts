/**
 * Validation errors with field paths, in the wording of k8s.io/apimachinery's `field.Error`.
 * The text of a value is Go's `%#v`-like rendering that upstream prints (strings quoted, objects as JSON).
 */
export type FieldErrorType =
  | 'FieldValueNotFound'
  | 'FieldValueRequired'
  | 'FieldValueDuplicate'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueForbidden'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'InternalError'
  | 'FieldValueTypeInvalid';

export interface FieldError {
  type: FieldErrorType;
  /** `spec.containers[0].name`, `metadata.labels[app]`. */
  field: string;
  badValue?: unknown;
  detail: string;
}

/** How each type begins its message. */
const heading: Record<FieldErrorType, string> = {
  FieldValueNotFound: 'Not found',
  FieldValueRequired: 'Required value',
  FieldValueDuplicate: 'Duplicate value',
  FieldValueInvalid: 'Invalid value',
  FieldValueNotSupported: 'Unsupported value',
  FieldValueForbidden: 'Forbidden',
  FieldValueTooLong: 'Too long',
  FieldValueTooMany: 'Too many',
  InternalError: 'Internal error',
  FieldValueTypeInvalid: 'Invalid value',
};

/** Types whose message does not repeat the value. */
const withoutValue = new Set<FieldErrorType>([
  'FieldValueRequired',
  'FieldValueForbidden',
  'FieldValueTooLong',
  'InternalError',
]);

/** For a value that the message leaves out: it is large, or says nothing. */
export const omitted = Symbol('omitted');

const escapes: Record<string, string> = { '<': '\\u003c', '>': '\\u003e', '&': '\\u0026' };

/** As Go quotes: JSON's way, but for characters that cannot be seen. */
const goEscapes: Record<string, string> = { '\\u0007': '\\a', '\\u000b': '\\v' };
const quoted = (text: string): string =>
  JSON.stringify(text)
    .replace(
      /(?<=(?<!\\)(?:\\\\)*)\\u00[01][0-9a-f]/g,
      (code) => goEscapes[code] ?? `\\x${code.slice(-2)}`,
    )
    .replaceAll('\x7f', '\\x7f');

function renderValue(value: unknown): string {
  if (value === undefined || value === null) return 'null';
  if (typeof value === 'string') return quoted(value);
  const text = JSON.stringify(value);
  // Go escapes these in JSON; plain strings are quoted another way.
  return typeof value === 'object' ? text.replace(/[<>&]/g, (char) => escapes[char] ?? char) : text;
}

/** The message without the field path: what `Status.details.causes[].message` holds. */
export function fieldErrorBody(error: FieldError): string {
  const head =
    withoutValue.has(error.type) || error.badValue === omitted
      ? heading[error.type]
      : `${heading[error.type]}: ${renderValue(error.badValue)}`;
  return error.detail === '' ? head : `${head}: ${error.detail}`;
}

/** `spec.replicas: Invalid value: -1: must be greater than or equal to 0`. */
export function formatFieldError(error: FieldError): string {
  return `${error.field}: ${fieldErrorBody(error)}`;
}

export const required = (field: string, detail = ''): FieldError => ({
  type: 'FieldValueRequired',
  field,
  detail,
});

export const invalid = (field: string, badValue: unknown, detail: string): FieldError => ({
  type: 'FieldValueInvalid',
  field,
  badValue,
  detail,
});

export const typeInvalid = (field: string, badValue: unknown, detail: string): FieldError => ({
  type: 'FieldValueTypeInvalid',
  field,
  badValue,
  detail,
});

export const duplicate = (field: string, badValue: unknown): FieldError => ({
  type: 'FieldValueDuplicate',
  field,
  badValue,
  detail: '',
});

export const forbidden = (field: string, detail: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  detail,
});

export const notFound = (field: string, badValue: unknown): FieldError => ({
  type: 'FieldValueNotFound',
  field,
  badValue,
  detail: '',
});

export const tooLong = (field: string, max: number): FieldError => ({
  type: 'FieldValueTooLong',
  field,
  detail: `may not be more than ${max} bytes`,
});

export const notSupported = (
  field: string,
  badValue: unknown,
  supported: readonly string[],
): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  badValue,
  detail:
    supported.length === 0
      ? ''
      : `supported values: ${supported.map((value) => JSON.stringify(value)).join(', ')}`,
});
