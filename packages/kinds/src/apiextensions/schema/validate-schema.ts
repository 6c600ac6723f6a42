import { fieldErrors, schemaFromOpenApi } from '@dormice/apimachinery';
import { type Check, isAbsent } from '../../checks.ts';
import type { Loose } from '../../loose.ts';
import { validateRuleTexts } from '../rules/validate-rule-texts.ts';
import { validateOpenApiSchema } from './open-api-schema.ts';
import { validateStatusRoot } from './status-root.ts';
import { validateStructural } from './structural.ts';
import { notStructural } from './unsupported.ts';
import { validateDefaults } from './validate-defaults.ts';

const { forbidden, invalid } = fieldErrors;

interface Options {
  /** Has the version a status of its own? */
  status: boolean;
  /** The schema is stored as it is. */
  unchanged: boolean;
}

/**
 * The `openAPIV3Schema` of a CRD. Rules are read when schema and defaults are good, but for those above a fault.
 *
 * @param validation `schema` of a version
 */
export function validateSchemaOf(
  validation: Loose,
  path: string,
  { status, unchanged }: Options,
): Check {
  const schema = validation?.openAPIV3Schema;
  if (isAbsent(schema)) return [];
  const at = `${path}.openAPIV3Schema`;
  const why = notStructural(schema);
  const structure = why === undefined ? validateStructure(schema, at) : [];
  const form = validateOpenApiSchema(schema, at);
  const errors = [
    ...(status ? validateStatusRoot(schema, at) : []),
    ...(schema.nullable === true
      ? [forbidden(`${at}.nullable`, 'nullable cannot be true at the root')]
      : []),
    ...structure,
    ...form,
  ];
  if (why !== undefined) return errors.length > 0 ? errors : [invalid(at, '', why)];
  if (structure.length > 0) return errors;
  const skip = (place: string): boolean => form.some(({ field }) => isBelow(field, place));
  return [...errors, ...validateRuleTexts(schema, at, { skip, unchanged })];
}

function validateStructure(schema: Loose, path: string): Check {
  const errors = validateStructural(schema, path);
  return errors.length > 0 ? errors : validateDefaults(schemaFromOpenApi(schema), path);
}

const isBelow = (field: string, place: string): boolean =>
  field.startsWith(place) && ['', '.', '['].includes(field.charAt(place.length));
