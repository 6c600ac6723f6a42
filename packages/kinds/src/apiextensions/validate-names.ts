import { fieldErrors, isDns1035Label } from '@dormice/apimachinery';
import { type Check, isEmpty, onEach } from '../checks.ts';
import type { Loose } from '../loose.ts';

const { invalid } = fieldErrors;

/** As `follows`, but all that is wrong is one error. */
export function followsLabel(path: string, value: Loose): Check {
  const why = isDns1035Label(String(value ?? ''));
  return why.length === 0 ? [] : [invalid(path, value ?? '', why.join(','))];
}

function followsKind(path: string, value: Loose): Check {
  if (isEmpty(value)) return [];
  const why = isDns1035Label(String(value).toLowerCase());
  const form = 'may have mixed case, but should otherwise match: ';
  return why.length === 0 ? [] : [invalid(path, value, `${form}${why.join(',')}`)];
}

/** Names of a CRD, wished for or accepted. */
export function validateNames(names: Loose, path: string): Check {
  const { plural, singular, kind, listKind, shortNames, categories } = names ?? {};
  const same = !isEmpty(kind) && kind === listKind;
  return [
    ...(isEmpty(plural) ? [] : followsLabel(`${path}.plural`, plural)),
    ...(isEmpty(singular) ? [] : followsLabel(`${path}.singular`, singular)),
    ...followsKind(`${path}.kind`, kind),
    ...followsKind(`${path}.listKind`, listKind),
    ...onEach(shortNames, `${path}.shortNames`, (name, at) => followsLabel(at, name)),
    ...(same
      ? [invalid(`${path}.listKind`, listKind, 'kind and listKind may not be the same')]
      : []),
    ...onEach(categories, `${path}.categories`, (name, at) => followsLabel(at, name)),
  ];
}
