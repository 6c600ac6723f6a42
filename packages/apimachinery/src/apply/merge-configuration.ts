import { isPlainObject } from '../json-clone.ts';
import type { Json, JsonObject, KubeObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import { mergeApplied } from './merge.ts';
import { withObjectMeta } from './object-meta-schema.ts';
import { isDeclared } from './structure.ts';
import { typeErrors } from './validate-typed.ts';

/**
 * The live object with a configuration merged into it, as mutating policies do: nobody becomes an owner, nothing is
 * removed, and what is atomic may not be changed in part.
 *
 * @returns the object, or what is wrong in upstream's words
 */
export function mergeConfiguration(
  live: KubeObject,
  configuration: KubeObject,
  ofKind: Schema,
): { object: KubeObject } | { problem: string } {
  const schema = withObjectMeta(ofKind);
  const found = typeErrors(configuration as JsonObject, schema);
  if (found.length > 0) {
    const list =
      found.length === 1 ? found[0] : `errors:\n${found.map((text) => `  ${text}`).join('\n')}`;
    return { problem: `failed to convert patch object to typed object: ${list}` };
  }
  const atomics = atomicParts(configuration as Json, schema, '');
  if (atomics.length > 0) {
    return {
      problem: `invalid ApplyConfiguration: may not mutate atomic arrays, maps or structs: ${atomics.join(', ')}`,
    };
  }
  const object = mergeApplied(live as JsonObject, configuration as JsonObject, schema);
  return { object: object as KubeObject };
}

function atomicParts(value: Json, schema: Schema, path: string): string[] {
  if (Array.isArray(value)) {
    const isAtomic =
      schema.type === 'array' && schema.listType !== 'map' && schema.listType !== 'set';
    const parts = value.flatMap((item, at) =>
      atomicParts(item, schema.items ?? {}, `${path}[${at}]`),
    );
    return [...(isAtomic ? [path] : []), ...parts];
  }
  if (!isPlainObject(value)) return [];
  const parts = Object.entries(value as JsonObject).flatMap(([key, item]) =>
    isDeclared(schema, key) ? atomicParts(item, schema.fields?.[key] ?? {}, `${path}.${key}`) : [],
  );
  return [...(schema.mapType === 'atomic' ? [path] : []), ...parts];
}
