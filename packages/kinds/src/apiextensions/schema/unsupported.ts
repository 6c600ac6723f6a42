import { isAbsent, isEmpty } from '../../checks.ts';
import { each, type Loose } from '../../loose.ts';
import { junctorsBelow, structureBelow } from './walk.ts';

const hasAny = (value: Loose): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0;

/** Fields of JSON schema that structural schemas have no place for, in the order in which they are looked for. */
const fields: readonly (readonly [field: string, word: string, set: (value: Loose) => boolean])[] =
  [
    ['id', 'id', (value) => !isEmpty(value)],
    ['$schema', 'schema', (value) => !isEmpty(value)],
    ['$ref', '$ref', (value) => !isEmpty(value)],
    ['patternProperties', 'patternProperties', hasAny],
    ['dependencies', 'dependencies', hasAny],
    ['additionalItems', 'additionalItems', (value) => !isAbsent(value)],
    ['definitions', 'definitions', hasAny],
  ];

/** Why a schema cannot be read as a structural one; nothing when it can. */
export function notStructural(schema: Loose): string | undefined {
  const field = fields.find(([name, , set]) => set(schema[name]));
  if (field) return `OpenAPIV3Schema '${field[1]}' is not supported`;
  // Alternatives are read before the schema's own flags and what is below it.
  const nested = ['not', 'allOf', 'anyOf', 'oneOf'].flatMap((by) =>
    junctorsBelow(schema, '').filter((below) => below.by === by),
  );
  for (const below of nested) {
    const why = notStructural(below.schema);
    if (why !== undefined) return why;
  }
  if (schema['x-kubernetes-preserve-unknown-fields'] === false) {
    return "internal error: 'x-kubernetes-preserve-unknown-fields' must be true or undefined";
  }
  if (each(schema.items).length > 0) {
    return "OpenAPIV3Schema 'items' must be a schema, but is an array";
  }
  const order = ['items', 'properties', 'additionalProperties'];
  const below = structureBelow(schema, '').sort(
    (a, b) => order.indexOf(a.by) - order.indexOf(b.by),
  );
  return below.map((child) => notStructural(child.schema)).find((why) => why !== undefined);
}
