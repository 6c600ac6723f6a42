import type { Schema } from '@dormice/apimachinery';

const time = '2026-01-02T03:04:05Z';

/** Well-formed values of a schema that are worth trying, from plain to odd; a value's parts are kept small. */
export function valuesFor(schema: Schema, depth = 2): unknown[] {
  if (schema.intOrString) return [1, 0, -1, '50%', 'x', '150%'];
  if (schema.preserveUnknown) return [{ a: 1 }, {}];
  if (schema.enum) return [...schema.enum.slice(0, 3), 'Wrong', ''];
  switch (schema.type) {
    case 'boolean':
      return [true, false];
    case 'integer':
      return [1, 0, -1, 100000];
    case 'number':
      return [0.5];
    case 'string':
      return textsFor(schema);
    case 'array':
      return schema.items ? listsFor(schema.items, depth) : [[]];
    default:
      return objectsFor(schema, depth);
  }
}

function textsFor({ format }: Schema): unknown[] {
  switch (format) {
    case 'quantity':
      return ['1', '0', '-1', '1.5', '100m'];
    case 'date-time':
      return [time];
    case 'micro-time':
      return ['2026-01-02T03:04:05.000000Z'];
    case 'duration':
      return ['5s', '-1s'];
    case 'byte':
      return ['YQ==', ''];
    default:
      return ['x', 'Bad Value!', '', 'a.example/b', '10.1.2.3', 'y'.repeat(300)];
  }
}

function listsFor(items: Schema, depth: number): unknown[] {
  const inner = depth > 0 ? valuesFor(items, depth - 1).slice(0, 2) : [];
  return [
    [],
    ...inner.map((value) => [value]),
    ...inner.slice(0, 1).map((value) => [value, value]),
  ];
}

function objectsFor(schema: Schema, depth: number): unknown[] {
  if (schema.values) {
    const [first] = valuesFor(schema.values, depth - 1);
    return [{ a: first }, { 'Bad Key!': first }];
  }
  const fields = Object.entries(schema.fields ?? {});
  const needed = fields.filter(([name]) => schema.required?.includes(name));
  if (depth <= 0 || needed.length === 0) return [{}];
  return [
    {},
    Object.fromEntries(needed.map(([name, field]) => [name, valuesFor(field, depth - 1)[0]])),
  ];
}

/** A value of another JSON type than the schema's. */
export function wrongValues(schema: Schema): unknown[] {
  if (schema.intOrString) return [{ a: 1 }, true];
  if (schema.preserveUnknown && schema.type !== 'object') return [];
  switch (schema.type) {
    case 'boolean':
      return ['x', 1];
    case 'integer':
    case 'number':
      return ['x', 1.5, true];
    case 'string':
      return schema.format === 'quantity' ? ['x', {}] : [5, { a: 1 }];
    case 'array':
      return [{ a: 1 }, 'x'];
    default:
      return ['x', [1]];
  }
}
