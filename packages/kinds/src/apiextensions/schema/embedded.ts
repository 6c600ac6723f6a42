import {
  DecodeError,
  decode,
  fieldErrors,
  isDns1035Label,
  isPlainObject,
  type JsonObject,
  type Schema,
  validateObjectMeta,
} from '@dormice/apimachinery';
import type { Check } from '../../checks.ts';
import type { Loose } from '../../loose.ts';
import { schemaOf } from '../../structure.ts';

const { invalid, required } = fieldErrors;

/** What is wrong with the `apiVersion`, `kind` and `metadata` of objects inside a value. */
export function validateEmbedded(schema: Schema | undefined, value: Loose, path: string): Check {
  if (!schema) return [];
  if (Array.isArray(value))
    return value.flatMap((item, at) => validateEmbedded(schema.items, item, `${path}[${at}]`));
  if (!isPlainObject(value)) return [];
  const inside = (name: string) => (path === '' ? name : `${path}.${name}`);
  return [
    ...(schema.embedded ? validateObject(value, inside) : []),
    ...Object.entries(value).flatMap(([name, item]) => {
      const field = schema.fields?.[name];
      return field
        ? validateEmbedded(field, item, inside(name))
        : validateEmbedded(schema.values, item, `${path}[${name}]`);
    }),
  ];
}

function validateObject(object: Loose, inside: (name: string) => string): Check {
  const texts = ['apiVersion', 'kind'] as const;
  const wrongType = texts.find((name) => !['string', 'undefined'].includes(typeof object[name]));
  if (wrongType) return [invalid(inside(wrongType), object[wrongType], 'must be a string')];
  return [
    ...texts.filter((name) => object[name] === undefined).map((name) => required(inside(name))),
    ...texts.flatMap((name) => validateText(object[name], inside(name), problems[name])),
    ...(object.metadata === undefined ? [] : validateMetadata(object.metadata, inside('metadata'))),
  ];
}

const problems = {
  apiVersion: (text: string) =>
    text.split('/').length > 2 ? `unexpected GroupVersion string: ${text}` : '',
  kind: (text: string) => {
    const why = isDns1035Label(text.toLowerCase()).join(',');
    return why && `may have mixed case, but should otherwise match: ${why}`;
  },
};

function validateText(
  text: string | undefined,
  path: string,
  problem: (text: string) => string,
): Check {
  if (text === undefined) return [];
  const why = text === '' ? 'must not be empty' : problem(text);
  return why === '' ? [] : [invalid(path, text, why)];
}

const metaName = 'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta';

function validateMetadata(metadata: Loose, path: string): Check {
  let read: JsonObject;
  try {
    read = decode(schemaOf(metaName), metadata).object;
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return [invalid(path, metadata, error.message)];
  }
  const meta = { ...read, name: read['name'] || 'fakename' } as Loose;
  return validateObjectMeta(meta, { namespaced: Boolean(meta.namespace), nameRule: 'path' }, path);
}
