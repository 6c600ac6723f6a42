import { unescapeField } from '../types/escape.ts';
import { type Key, ListValue, MapValue, type Value } from './values.ts';

/** A JSON object whose fields answer to the names that expressions have to write, too: `claims.a__dot__b`. */
class UnescapingMap extends MapValue {
  override has(key: Value): boolean {
    return super.has(key) || super.has(unescaped(key));
  }

  override get(key: Value): Value | undefined {
    return super.has(key) ? super.get(key) : super.get(unescaped(key));
  }
}

const unescaped = (key: Value): Value => (typeof key === 'string' ? unescapeField(key) : key);

/** JSON as claims of a token are seen: numbers are doubles, objects are asked by escaped names as well. */
export function claimsFromJson(raw: unknown): Value {
  if (Array.isArray(raw)) return new ListValue(raw, claimsFromJson);
  if (typeof raw === 'object' && raw !== null) {
    const entries = Object.entries(raw).map(
      ([key, value]): [Key, unknown, (item: unknown) => Value] => [key, value, claimsFromJson],
    );
    return new UnescapingMap(entries);
  }
  return (raw ?? null) as Value;
}
