import { deepEqual, type FieldError, fieldErrors, parseQuantity } from '@dormice/apimachinery';
import type { Loose } from './loose.ts';

const { invalid, notSupported, required } = fieldErrors;

/** Small checks from which the validation of kinds is put together. Each answers with what is wrong, or nothing. */
export type Check = FieldError[];

export const isAbsent = (value: unknown): boolean => value === undefined || value === null;
export const isEmpty = (value: unknown): boolean => isAbsent(value) || value === '';

export const needed = (path: string, value: unknown, detail = ''): Check =>
  isEmpty(value) ? [required(path, detail)] : [];

export const nonNegative = (path: string, value: Loose): Check =>
  !isAbsent(value) && value < 0 ? [invalid(path, value, 'must be greater than or equal to 0')] : [];

export const between = (path: string, value: Loose, low: number, high: number): Check =>
  !isAbsent(value) && (value < low || value > high)
    ? [invalid(path, value, `must be between ${low} and ${high}, inclusive`)]
    : [];

/** A rule of names or values applied to text; one error for each message of the rule. */
export const follows = (
  path: string,
  value: Loose,
  rule: (text: string) => readonly string[],
): Check => rule(String(value)).map((why) => invalid(path, value, why));

/** As `follows`, but text that is missing is a missing field. */
export const neededName = (
  path: string,
  value: Loose,
  rule: (text: string) => readonly string[],
): Check => (isEmpty(value) ? [required(path)] : follows(path, value, rule));

/** One of a closed list; absent is fine unless `mandatory`. */
export function oneOf(
  path: string,
  value: Loose,
  supported: readonly string[],
  mandatory = false,
): Check {
  if (isEmpty(value)) return mandatory ? [required(path)] : [];
  return supported.includes(value) ? [] : [notSupported(path, value, supported)];
}

export const immutable = (path: string, next: unknown, old: unknown): Check =>
  deepEqual(next, old) ? [] : [invalid(path, next ?? null, 'field is immutable')];

/** A quantity that is at least zero. */
export function nonNegativeQuantity(path: string, value: Loose): Check {
  if (isAbsent(value)) return [];
  return parseQuantity(String(value)).sign < 0
    ? [invalid(path, String(value), 'must be greater than or equal to 0')]
    : [];
}

/** Runs a check on each element, with the element's path. */
export const onEach = (
  list: Loose,
  path: string,
  check: (item: Loose, path: string, index: number) => Check,
): Check =>
  (Array.isArray(list) ? list : []).flatMap((item, index) =>
    check(item, `${path}[${index}]`, index),
  );

/** `tooMany` of upstream's field errors. */
export const tooMany = (path: string, actual: number, most: number): FieldError => ({
  type: 'FieldValueTooMany',
  field: path,
  badValue: actual,
  detail: `must have at most ${most} items`,
});
