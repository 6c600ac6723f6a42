import { formatDuration, formatTimestamp } from '../runtime/time.ts';
import { typeOfValue } from '../runtime/type-of-value.ts';
import {
  CelError,
  Duration,
  ListValue,
  MapValue,
  Timestamp,
  TypeValue,
  Uint,
  type Value,
} from '../runtime/values.ts';
import { formatType } from '../types/cel-type.ts';
import { formatDouble } from './conversions.ts';

const clause = /%(?:\.(\d+))?([a-zA-Z%])/g;

/** `'%s is %d'.format([a, b])`. @throws CelError */
export function formatText(template: string, args: ListValue): string {
  let next = 0;
  return template.replaceAll(clause, (_all, precision: string | undefined, verb: string) => {
    if (verb === '%') return '%';
    if (next >= args.length) throw new CelError(`index ${next} out of range`);
    const value = args.at(next);
    next += 1;
    return formatValue(value, verb, precision === undefined ? undefined : Number(precision));
  });
}

function formatValue(value: Value, verb: string, precision: number | undefined): string {
  const number = value instanceof Uint ? value.value : value;
  switch (verb) {
    case 's':
      return show(value);
    case 'd':
      if (typeof number === 'bigint') return String(number);
      break;
    case 'f':
      if (typeof number === 'bigint' || typeof number === 'number') {
        return Number(number).toFixed(precision ?? 6);
      }
      break;
    case 'e':
      if (typeof number === 'bigint' || typeof number === 'number') {
        return Number(number)
          .toExponential(precision ?? 6)
          .replace(/e([+-])(\d)$/, 'e$10$2');
      }
      break;
    case 'b':
      if (typeof value === 'boolean') return value ? '1' : '0';
      if (typeof number === 'bigint') return number.toString(2);
      break;
    case 'o':
      if (typeof number === 'bigint') return number.toString(8);
      break;
    case 'x':
    case 'X': {
      const text = hex(value, number);
      if (text !== undefined) return verb === 'X' ? text.toUpperCase() : text;
      break;
    }
    default:
      throw new CelError(`unrecognized formatting clause "${verb}"`);
  }
  throw new CelError(
    `error during formatting: ${verb} clause cannot be used on ${formatType(typeOfValue(value))}`,
  );
}

function hex(value: Value, number: Value): string | undefined {
  if (typeof number === 'bigint') return number.toString(16);
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  if (!(bytes instanceof Uint8Array)) return undefined;
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Any value as `%s` prints it. */
export function show(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return formatDouble(value);
  if (typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (value instanceof Uint) return String(value.value);
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  if (value instanceof Timestamp) return formatTimestamp(value.nanos);
  if (value instanceof Duration) return formatDuration(value.nanos);
  if (value instanceof TypeValue) return formatType(value.type);
  if (value instanceof ListValue) return `[${[...value].map(show).join(', ')}]`;
  if (value instanceof MapValue) {
    const entries = [...value.keys()].map(
      (key) => `${show(key as Value)}: ${show(value.get(key as Value) ?? null)}`,
    );
    return `{${entries.sort().join(', ')}}`;
  }
  throw new CelError(
    `error during formatting: string clause can only be used on strings, bools, bytes, ints, doubles, maps, lists, types, durations, and timestamps, was given ${formatType(typeOfValue(value))}`,
  );
}
