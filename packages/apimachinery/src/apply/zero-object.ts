import type { JsonObject } from '../object.ts';
import { decode } from '../schema/decode.ts';
import type { Schema } from '../schema.ts';

const zeros = new WeakMap<Schema, JsonObject>();

/**
 * What a new object of the kind is compared with. A built-in kind begins as an empty Go struct, whose nested structs
 * are there already (so that nobody owns `.spec` itself); a custom resource begins with nothing.
 */
export function zeroObject(schema: Schema): JsonObject {
  if (schema.name === undefined) return {};
  let zero = zeros.get(schema);
  if (zero === undefined) {
    zero = decode(schema, {}).object;
    zeros.set(schema, zero);
  }
  return zero;
}
