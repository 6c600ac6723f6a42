import { formatType } from '../types/cel-type.ts';
import { formatDuration, formatTimestamp } from './time.ts';
import { typeOfValue } from './type-of-value.ts';
import {
  CelError,
  Duration,
  ListValue,
  MapValue,
  OpaqueValue,
  Timestamp,
  Uint,
  type Value,
} from './values.ts';

/** A value as JSON. @throws CelError when it has none */
export function jsonFromValue(value: Value): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return numberOf(value);
  if (value instanceof Uint) return numberOf(value.value);
  if (value instanceof Uint8Array) return btoa(String.fromCharCode(...value));
  if (value instanceof Timestamp) return formatTimestamp(value.nanos);
  if (value instanceof Duration) return formatDuration(value.nanos);
  if (value instanceof ListValue) return [...value].map(jsonFromValue);
  if (value instanceof MapValue) {
    return Object.fromEntries(
      [...value.keys()].map((key) => {
        if (typeof key !== 'string') throw new CelError(`map key is not a string`);
        return [key, jsonFromValue(value.get(key) ?? null)];
      }),
    );
  }
  const type = value instanceof OpaqueValue ? value.type : formatType(typeOfValue(value));
  throw new CelError(`unsupported type ${type}`);
}

const numberOf = (value: bigint): number => Number(value);

/**
 * What is wrong with the names of the types in an object that an expression made: each says where in the object it
 * stands.
 */
export const misplacedTypes = (value: Value): string[] =>
  value instanceof MapValue && value.type ? misplacedAt(value, [value.type.name]) : [];

function misplacedAt(value: Value, path: readonly string[]): string[] {
  if (value instanceof ListValue) return [...value].flatMap((item) => misplacedAt(item, path));
  if (!(value instanceof MapValue)) return [];
  const { type } = value;
  const parts = [...value.keys()].flatMap((key) =>
    misplacedAt(value.get(key) ?? null, type ? [...path, String(key)] : path),
  );
  const expected = path.join('.');
  if (!type || type.name === expected) return parts;
  return [
    `unexpected type name ${JSON.stringify(type.name)}, expected ${JSON.stringify(expected)}, which matches field name path from root Object type`,
    ...parts,
  ];
}
