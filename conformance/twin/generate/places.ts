import { isPlainObject, type Schema } from '@dormice/apimachinery';

/** Steps from the root of an object to a field. */
export type Place = readonly (string | number)[];

export const placeName = (place: Place): string =>
  place
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index ? '.' : ''}${part}`))
    .join('');

/** Every field of a value, parents first, without what says which object it is. */
export function placesOf(value: unknown, here: Place = []): Place[] {
  const inside = (key: string | number, inner: unknown): Place[] => {
    const place = [...here, key];
    return [place, ...placesOf(inner, place)];
  };
  if (Array.isArray(value)) return value.flatMap((item, index) => inside(index, item));
  if (!isPlainObject(value)) return [];
  return Object.entries(value)
    .filter(
      ([name]) => here.length > 0 || !['apiVersion', 'kind', 'metadata', 'status'].includes(name),
    )
    .flatMap(([name, inner]) => inside(name, inner));
}

export function valueAt(value: unknown, place: Place): unknown {
  let here = value;
  for (const part of place) here = (here as Record<string | number, unknown> | undefined)?.[part];
  return here;
}

/** A copy with a value at a place; parents that are missing are made. */
export function withValue<T>(object: T, place: Place, value: unknown): T {
  const copy = structuredClone(object);
  let here = copy as Record<string | number, unknown>;
  for (const [index, part] of place.slice(0, -1).entries()) {
    here[part] ??= typeof place[index + 1] === 'number' ? [] : {};
    here = here[part] as Record<string | number, unknown>;
  }
  here[place.at(-1) ?? ''] = value;
  return copy;
}

export function withoutPlace<T>(object: T, place: Place): T {
  const copy = structuredClone(object);
  const parent = valueAt(copy, place.slice(0, -1));
  const last = place.at(-1) ?? '';
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete (parent as Record<string, unknown>)[last];
  return copy;
}

/** What the schema says of a place. */
export function schemaAt(schema: Schema, place: Place): Schema | undefined {
  let here: Schema | undefined = schema;
  for (const part of place)
    here = typeof part === 'number' ? here?.items : (here?.fields?.[part] ?? here?.values);
  return here;
}

/**
 * Every field that a schema knows, to a depth, through the first element of lists; places that exist in `object` are
 * followed deeper, because what lies below them is near to valid.
 */
export function schemaPlaces(schema: Schema, object: unknown, depth: number): [Place, Schema][] {
  const found: [Place, Schema][] = [];
  const visit = (here: Schema, place: Place, left: number) => {
    for (const [name, field] of Object.entries(here.fields ?? {})) {
      if (place.length === 0 && ['apiVersion', 'kind', 'metadata', 'status'].includes(name))
        continue;
      const next = [...place, name];
      found.push([next, field]);
      const exists = valueAt(object, next) !== undefined;
      const rest = exists ? left : left - 1;
      if (rest <= 0) continue;
      if (field.items) visit(field.items, [...next, 0], rest);
      else visit(field, next, rest);
    }
  };
  visit(schema, [], depth);
  return found;
}
