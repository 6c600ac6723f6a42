import { isPlainObject } from '@dormice/apimachinery';
import { each, type Loose } from '../../loose.ts';

/** A schema below another, with its path. */
export interface Below {
  schema: Loose;
  path: string;
  /** The field of the schema above: `properties`, `not`. */
  by: string;
  /** Name of a property. */
  name?: string;
}

const single = (schema: Loose, by: string, path: string): Below[] =>
  isPlainObject(schema[by]) ? [{ schema: schema[by], path: `${path}.${by}`, by }] : [];

const named = (schema: Loose, by: string, path: string): Below[] =>
  Object.entries((schema[by] ?? {}) as Record<string, Loose>)
    .filter(([, child]) => isPlainObject(child))
    .map(([name, child]) => ({ schema: child, path: `${path}.${by}[${name}]`, by, name }));

const listed = (schema: Loose, by: string, path: string): Below[] =>
  each(schema[by]).map((child, at) => ({ schema: child, path: `${path}.${by}[${at}]`, by }));

/** All schemas right below one that values of it must follow, in the order in which upstream reads them. */
export const schemasBelow = (schema: Loose, path: string): Below[] => [
  ...single(schema, 'additionalProperties', path),
  ...named(schema, 'properties', path),
  ...single(schema, 'not', path),
  ...listed(schema, 'allOf', path),
  ...listed(schema, 'oneOf', path),
  ...listed(schema, 'anyOf', path),
  ...named(schema, 'definitions', path),
  ...single(schema, 'items', path),
  ...(Array.isArray(schema.items) ? listed(schema, 'items', path) : []),
  ...named(schema, 'dependencies', path),
];

/** Those that give values their structure. */
export const structureBelow = (schema: Loose, path: string): Below[] => [
  ...single(schema, 'additionalProperties', path),
  ...named(schema, 'properties', path),
  ...single(schema, 'items', path),
];

/** Alternatives of a schema: they judge values, and give them no structure. */
export const junctorsBelow = (schema: Loose, path: string): Below[] => [
  ...listed(schema, 'anyOf', path),
  ...listed(schema, 'allOf', path),
  ...listed(schema, 'oneOf', path),
  ...single(schema, 'not', path),
];

/** Does a schema, or one anywhere below it, meet a condition? */
export function someSchema(schema: Loose, meets: (schema: Loose) => boolean): boolean {
  if (!isPlainObject(schema)) return false;
  return (
    meets(schema) ||
    schemasBelow(schema, '').some((below) => someSchema(below.schema, meets)) ||
    someSchema(schema['additionalItems'], meets) ||
    named(schema, 'patternProperties', '').some((below) => someSchema(below.schema, meets))
  );
}
