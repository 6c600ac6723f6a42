import { deepEqual, fieldErrors, goPattern } from '@dormice/apimachinery';
import { type Check, isAbsent, isEmpty } from '../../checks.ts';
import { each, type Loose } from '../../loose.ts';
import { junctorsBelow } from './walk.ts';

const { forbidden, invalid } = fieldErrors;

const intOrString = [{ type: 'integer' }, { type: 'string' }];

const isTrue = (value: Loose): boolean => value === true;
const isFilled = (value: Loose): boolean => !isEmpty(value);
const isGiven = (value: Loose): boolean => !isAbsent(value);
const hasItems = (value: Loose): boolean => each(value).length > 0;

/** What only the structure may say, not an alternative. */
const structureOnly: readonly (readonly [
  field: string,
  set: (value: Loose) => boolean,
  be: string,
])[] = [
  ['type', isFilled, 'empty'],
  ['additionalProperties', (value) => isGiven(value) && value !== false, 'undefined'],
  ['default', isGiven, 'undefined'],
  ['title', isFilled, 'empty'],
  ['description', isFilled, 'empty'],
  ['nullable', isTrue, 'false'],
  ['x-kubernetes-preserve-unknown-fields', isTrue, 'false'],
  ['x-kubernetes-embedded-resource', isTrue, 'false'],
  ['x-kubernetes-int-or-string', isTrue, 'false'],
  ['x-kubernetes-list-map-keys', hasItems, 'empty'],
  ['x-kubernetes-list-type', isGiven, 'undefined'],
  ['x-kubernetes-map-type', isGiven, 'undefined'],
  ['x-kubernetes-validations', hasItems, 'empty'],
];

interface Skip {
  anyOf?: boolean;
  /** Also in the first of `allOf`. */
  firstAllOf?: boolean;
}

/** The two ways to say that a value is an integer or text, which may name types. */
function skipOf(schema: Loose): Skip {
  return {
    anyOf: deepEqual(schema.anyOf, intOrString),
    firstAllOf: deepEqual(each(schema.allOf)[0]?.anyOf, intOrString),
  };
}

/** Patterns, and the alternatives `anyOf`, `allOf`, `oneOf` and `not`. */
export const validateAlternatives = (schema: Loose, path: string): Check =>
  alternatives(schema, path, skipOf(schema));

function alternatives(schema: Loose, path: string, skip: Skip): Check {
  const errors = junctorsBelow(schema, path).flatMap(({ schema: child, path: at, by }) => {
    if (by === 'anyOf' && skip.anyOf) return [];
    const first = by === 'allOf' && at.endsWith('.allOf[0]') && skip.firstAllOf === true;
    return nested(child, at, { anyOf: first });
  });
  return [...errors, ...validatePattern(schema, path)];
}

function nested(schema: Loose, path: string, skip: Skip = {}): Check {
  const errors = alternatives(schema, path, skip);
  if (typeof schema.items === 'object' && schema.items !== null)
    errors.push(...nested(schema.items, `${path}.items`));
  for (const [name, child] of Object.entries(schema.properties ?? {}))
    errors.push(...nested(child, `${path}.properties[${name}]`));
  for (const [field, isSet, be] of structureOnly)
    if (isSet(schema[field]))
      errors.push(forbidden(`${path}.${field}`, `must be ${be} to be structural`));
  if (schema.properties?.metadata) {
    const why = 'must not be specified in a nested context';
    errors.push(forbidden(`${path}.properties[metadata]`, why));
  }
  return errors;
}

function validatePattern({ pattern }: Loose, path: string): Check {
  if (isEmpty(pattern)) return [];
  try {
    goPattern(pattern);
    return [];
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [
      invalid(`${path}.pattern`, pattern, `must be a valid regular expression, but isn't: ${why}`),
    ];
  }
}
