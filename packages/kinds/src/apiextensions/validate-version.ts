import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isAbsent, isEmpty, onEach } from '../checks.ts';
import type { Loose } from '../loose.ts';

const { invalid, required } = fieldErrors;

const columnTypes = 'boolean,date,integer,number,string';
const columnFormats = 'byte,date,date-time,double,float,int32,int64,password';

const among = (value: Loose, list: string): boolean => list.split(',').includes(value);

function validatePath(path: string, expression: Loose): Check {
  if (String(expression).startsWith('.')) return [];
  return [invalid(path, expression, 'must be a simple json path starting with .')];
}

export const validateColumns = (columns: Loose, path: string): Check =>
  onEach(columns, path, ({ name, type, format, jsonPath }, at) => [
    ...(isEmpty(name) ? [required(`${at}.name`)] : []),
    ...(isEmpty(type) ? [required(`${at}.type`, `must be one of ${columnTypes}`)] : []),
    ...(isEmpty(type) || among(type, columnTypes)
      ? []
      : [invalid(`${at}.type`, type, `must be one of ${columnTypes}`)]),
    ...(isEmpty(format) || among(format, columnFormats)
      ? []
      : [invalid(`${at}.format`, format, `must be one of ${columnFormats}`)]),
    ...(isEmpty(jsonPath)
      ? [required(`${at}.JSONPath`)]
      : validatePath(`${at}.JSONPath`, jsonPath)),
  ]);

function below(path: string, expression: Loose, roots: readonly string[], words: string): Check {
  const errors = validatePath(path, expression);
  if (errors.length > 0 || roots.some((root) => expression.startsWith(`${root}.`))) return errors;
  return [invalid(path, expression, `should be a json path under ${words}`)];
}

export function validateSubresources(subresources: Loose, path: string): Check {
  const { scale } = subresources ?? {};
  if (isAbsent(scale)) return [];
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = scale;
  const at = `${path}.scale`;
  const needed = (name: string, value: Loose, root: string) =>
    isEmpty(value) ? [required(`${at}.${name}`)] : below(`${at}.${name}`, value, [root], root);
  return [
    ...needed('specReplicasPath', specReplicasPath, '.spec'),
    ...needed('statusReplicasPath', statusReplicasPath, '.status'),
    ...(isEmpty(labelSelectorPath)
      ? []
      : below(
          `${at}.labelSelectorPath`,
          labelSelectorPath,
          ['.spec', '.status'],
          'either .spec or .status',
        )),
  ];
}

const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u;

export function validateDeprecation(
  { deprecated, deprecationWarning }: Loose,
  path: string,
): Check {
  if (isAbsent(deprecationWarning)) return [];
  const tell = (why: string) => [invalid(`${path}.deprecationWarning`, deprecationWarning, why)];
  if (!deprecated) return tell('can only be set for deprecated versions');
  const bytes = (text: string): number => new TextEncoder().encode(text).length;
  const bad = unprintable.exec(deprecationWarning);
  const place = bad && bytes(deprecationWarning.slice(0, bad.index));
  return [
    ...(bytes(deprecationWarning) > 256 ? tell('must be <= 256 characters long') : []),
    ...(deprecationWarning === '' ? tell('must not be an empty string') : []),
    ...(bad
      ? tell(
          `must only contain printable UTF-8 characters; non-printable character found at index ${place}`,
        )
      : []),
  ];
}
