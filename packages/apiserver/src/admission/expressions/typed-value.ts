import { type CelType, dynamicFromJson, ListValue, MapValue, type Value } from '@dormice/cel';

type Json = Record<string, unknown>;

/** JSON as a value of a declared type. Field names are those of the type: they are not escaped. */
export function typedValue(raw: unknown, type: CelType): Value {
  if (raw === null || raw === undefined) return null;
  switch (type.kind) {
    case 'object':
      return new MapValue(
        [...type.fields].flatMap(([name, field]): [string, unknown, (item: unknown) => Value][] => {
          const value = (raw as Json)[field.name];
          return value === undefined ? [] : [[name, value, (item) => typedValue(item, field.type)]];
        }),
        { typed: true },
      );
    case 'list':
      return new ListValue(raw as unknown[], (item) => typedValue(item, type.element));
    case 'map':
      return new MapValue(
        Object.entries(raw as Json).map(([key, value]) => [
          key,
          value,
          (item) => typedValue(item, type.value),
        ]),
      );
    default:
      return dynamicFromJson(raw);
  }
}
