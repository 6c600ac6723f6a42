import {
  fieldErrors,
  isDns1123Subdomain,
  isQualifiedName,
  isValidLabelValue,
} from '@dormice/apimachinery';
import { type Check, follows, isEmpty } from '../checks.ts';
import { validateDriverName } from '../core/volumes/paths.ts';
import type { Loose } from '../loose.ts';

const { invalid, notSupported, required, tooLong } = fieldErrors;

const longestId = 32;
const longestPool = 253;
const identifier = /^[A-Za-z_][A-Za-z0-9_]*$/;
const badIdentifier =
  "a valid C identifier must start with alphabetic character or '_', followed by a string of alphanumeric characters or '_' (e.g. 'my_name',  or 'MY_NAME',  or 'MyName', regex used for validation is '[A-Za-z_][A-Za-z0-9_]*')";

const validateId = (id: string, path: string): Check => [
  ...(id.length > longestId ? [tooLong(path, longestId)] : []),
  ...(identifier.test(id) ? [] : [invalid(path, id, badIdentifier)]),
];

/** `domain/name` or `name` of an attribute or a capacity. */
export function validateAttributeName(name: string, path: string): Check {
  const parts = name.split('/');
  const [first = '', second = ''] = parts;
  if (parts.length === 1) return validateId(first, path);
  if (parts.length > 2) return [];
  return [
    ...(first === ''
      ? [invalid(path, '', 'the domain must not be empty')]
      : validateDriverName(first, path)),
    ...(second === ''
      ? [invalid(path, '', 'the name must not be empty')]
      : validateId(second, path)),
  ];
}

export const validateFullName = (name: string, path: string): Check => [
  ...validateAttributeName(name, path),
  ...(name.includes('/')
    ? []
    : [
        invalid(
          path,
          name,
          'a fully qualified name must be a domain and a name separated by a slash',
        ),
      ]),
];

export function validatePoolName(name: Loose, path: string): Check {
  if (isEmpty(name)) return [required(path)];
  return [
    ...(name.length > longestPool ? [tooLong(path, longestPool)] : []),
    ...name
      .split('/')
      .flatMap((part: string) => isDns1123Subdomain(part).map((why) => invalid(path, part, why))),
  ];
}

const effects = ['NoExecute', 'NoSchedule', 'None'];

export const validateTaint = ({ key = '', value, effect }: Loose, path: string): Check => [
  ...follows(`${path}.key`, key, isQualifiedName),
  ...(isEmpty(value) ? [] : follows(`${path}.value`, value, isValidLabelValue)),
  ...(isEmpty(effect)
    ? [required(`${path}.effect`)]
    : effects.includes(effect)
      ? []
      : [notSupported(`${path}.effect`, effect, effects)]),
];
