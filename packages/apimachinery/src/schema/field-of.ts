import type { Schema } from '../schema.ts';

/** The schema of an object's field or map entry; `constructor` and the like are names as others are. */
export function fieldOf(schema: Schema, key: string): Schema | undefined {
  const { fields } = schema;
  return (fields && Object.hasOwn(fields, key) ? fields[key] : undefined) ?? schema.values;
}
