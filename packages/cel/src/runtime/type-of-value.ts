import {
  bool,
  bytes,
  type CelType,
  double,
  duration,
  dyn,
  int,
  listOf,
  mapOf,
  nullType,
  opaque,
  optionalOf,
  string,
  timestamp,
  typeOf,
  uint,
} from '../types/cel-type.ts';
import {
  Duration,
  ListValue,
  MapValue,
  OpaqueValue,
  OptionalValue,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from './values.ts';

/** The type of a value, as `type(value)` gives it. */
export function typeOfValue(value: Value): CelType {
  if (value === null) return nullType;
  switch (typeof value) {
    case 'boolean':
      return bool;
    case 'bigint':
      return int;
    case 'number':
      return double;
    case 'string':
      return string;
    default:
  }
  if (value instanceof Uint8Array) return bytes;
  if (value instanceof Uint) return uint;
  if (value instanceof Timestamp) return timestamp;
  if (value instanceof Duration) return duration;
  if (value instanceof ListValue) return listOf(dyn);
  if (value instanceof MapValue) return value.type ?? mapOf(dyn, dyn);
  if (value instanceof OptionalValue) return optionalOf(dyn);
  if (value instanceof TypeValue) return typeOf(dyn);
  return opaque((value as OpaqueValue).type);
}

/** Does a value fit an argument? */
export function fits(type: CelType, value: Value): boolean {
  switch (type.kind) {
    case 'dyn':
    case 'param':
    case 'error':
      return true;
    case 'list':
      return value instanceof ListValue;
    case 'map':
    case 'object':
      return value instanceof MapValue;
    case 'optional':
      return value instanceof OptionalValue;
    case 'type':
      return value instanceof TypeValue;
    case 'opaque':
      return value instanceof OpaqueValue && value.type === type.name;
    default:
      return typeOfValue(value).kind === type.kind;
  }
}
