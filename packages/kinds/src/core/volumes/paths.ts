import { fieldErrors, isDns1123Subdomain } from '@dormice/apimachinery';
import { type Check, isAbsent, isEmpty } from '../../checks.ts';
import type { Loose } from '../../loose.ts';

const { invalid, required, tooLong } = fieldErrors;

const modeRange = 'must be a number between 0 and 0777 (octal), both inclusive';

export const validateMode = (path: string, mode: Loose): Check =>
  isAbsent(mode) || (mode >= 0 && mode <= 0o777) ? [] : [invalid(path, mode, modeRange)];

const longestDriverName = 63;

/** Name of a CSI driver: a subdomain, in capitals too, that is short enough for a path. */
export function validateDriverName(name: Loose, path: string): Check {
  if (isEmpty(name)) return [required(path)];
  return [
    ...(name.length > longestDriverName ? [tooLong(path, longestDriverName)] : []),
    ...isDns1123Subdomain(name.toLowerCase()).map((why) => invalid(path, name, why)),
  ];
}

/** A path that never goes upwards. */
export const validateNoBacksteps = (path: string, value: string): Check =>
  value.split('/').includes('..') ? [invalid(path, value, "must not contain '..'")] : [];

/** A path inside a volume: relative, and never upwards. */
export const validateDescendingPath = (path: string, value: string): Check => [
  ...(value.startsWith('/') ? [invalid(path, value, 'must be a relative path')] : []),
  ...validateNoBacksteps(path, value),
];

/** As above, and no name of a volume's own bookkeeping. */
export const validateFreePath = (path: string, value: string): Check => [
  ...validateDescendingPath(path, value),
  ...(/^\.\.(?!\/)/.test(value) ? [invalid(path, value, "must not start with '..'")] : []),
];
