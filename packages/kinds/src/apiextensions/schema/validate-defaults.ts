import {
  deepClone,
  deepEqual,
  fieldErrors,
  formatFieldError,
  prune,
  type Schema,
  validateSchema,
} from '@dormice/apimachinery';
import type { Check } from '../../checks.ts';
import type { Loose } from '../../loose.ts';
import { validateRules } from '../rules/validate-rules.ts';
import { validateEmbedded } from './embedded.ts';

const { invalid } = fieldErrors;

/** Where a default stands. */
interface Place {
  /** The whole object that it is a part of: the custom resource, or one inside it. */
  whole: Schema;
  /** The default in such an object; for defaults of its `metadata`, `kind` and `apiVersion`. */
  around(value: Loose): Loose;
  meta: boolean;
  path: string;
}

const whole = (schema: Schema, path: string): Place => ({
  whole: schema,
  around: (value) => ({ apiVersion: 'validation/v1', kind: 'Validation', ...value }),
  meta: false,
  path,
});

/** Are the defaults of a schema values of it, without unknown fields? */
export const validateDefaults = (schema: Schema, path: string): Check => {
  const root = { ...schema, embedded: true };
  return visit(root, whole(root, path));
};

function visit(schema: Schema, above: Place): Check {
  const place = schema.embedded ? whole(schema, above.path) : above;
  const { path, around, meta } = place;
  const errors = schema.default === undefined ? [] : validateDefault(schema, place);
  if (schema.items) {
    const inside = { ...place, around: (value: Loose) => around([value]) };
    errors.push(...visit(schema.items, { ...inside, path: `${path}.items` }));
  }
  for (const [name, field] of Object.entries(schema.fields ?? {})) {
    const inMeta = schema.embedded === true && envelope.has(name);
    const inside = {
      ...place,
      meta: meta || inMeta,
      around: (value: Loose) => around({ [name]: value }),
    };
    errors.push(...visit(field, { ...inside, path: `${path}.properties[${name}]` }));
  }
  return errors;
}

const envelope = new Set(['metadata', 'kind', 'apiVersion']);

function validateDefault(schema: Schema, { meta, ...place }: Place): Check {
  const path = `${place.path}.default`;
  const value = schema.default as Loose;
  if (meta) {
    const root = { ...place.whole, embedded: true };
    const problems = validateEmbedded(root, place.around(deepClone(value)), '');
    if (problems.length === 0) return validateValue(schema, value, path, place);
    const texts = [...new Set(problems.map(formatFieldError))];
    const told = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
    return [invalid(path, value, `must result in valid metadata: ${told}`)];
  }
  const pruned = deepClone(value);
  prune(schema, pruned);
  const errors = deepEqual(pruned, value)
    ? []
    : [invalid(path, value, 'must not have unknown fields')];
  const embedded = validateEmbedded(schema, value, path);
  return [
    ...errors,
    ...(embedded.length > 0 ? embedded : validateValue(schema, value, path, place)),
  ];
}

function inside(path: string, field: string): string {
  if (field === '' || field === '<nil>') return field === '' ? path : field;
  return field.startsWith('[') ? `${path}${field}` : `${path}.${field}`;
}

/** By the schema; by its rules when nothing else is wrong, as something that is stored and as something new. */
function validateValue(
  schema: Schema,
  value: Loose,
  path: string,
  place: Pick<Place, 'whole'>,
): Check {
  const errors = validateSchema(schema, value, '');
  // The text names the place inside the default, the field the whole path.
  if (errors.length > 0)
    return errors.map((error) => ({ ...error, field: inside(path, error.field) }));
  const start = { path, root: schema === place.whole };
  const stored = validateRules(schema, value, value, start);
  return stored.length > 0 ? stored : validateRules(schema, value, undefined, start);
}
