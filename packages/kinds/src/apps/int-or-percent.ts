import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isAbsent, nonNegative } from '../checks.ts';
import type { Loose } from '../loose.ts';

const { invalid } = fieldErrors;

const percentText =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** A count, or a percentage as text. */
export function countOrPercent(path: string, value: Loose): Check {
  if (isAbsent(value)) return [];
  if (typeof value === 'string')
    return /^[0-9]+%$/.test(value) ? [] : [invalid(path, value, percentText)];
  return nonNegative(path, value);
}

/** A percentage of at most a hundred; counts pass. */
export const atMostAll = (path: string, value: Loose): Check =>
  typeof value === 'string' && /^[0-9]+%$/.test(value) && Number(value.slice(0, -1)) > 100
    ? [invalid(path, value, 'must not be greater than 100%')]
    : [];

/** The number in front of the percent sign, or the count. */
export const amount = (value: Loose): number =>
  typeof value === 'string' ? Number.parseInt(value, 10) : (value ?? 0);
