import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isEmpty, onEach, tooMany } from '../checks.ts';
import type { Loose } from '../loose.ts';
import { findField } from './field-path.ts';

const { duplicate, invalid, required } = fieldErrors;

const most = 8;
const scalars =
  'must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.';

/** Fields by which custom resources are selected, each once and of a type that has text. */
export function validateSelectableFields(fields: Loose, schema: Loose, path: string): Check {
  const seen = new Set<string>();
  const errors = onEach(fields, path, ({ jsonPath }, item) => {
    const at = `${item}.jsonPath`;
    if (isEmpty(jsonPath)) return [required(at)];
    const found = findField(jsonPath, schema, false);
    if ('error' in found) return [invalid(at, jsonPath, `is an invalid path: ${found.error}`)];
    const name = found.steps.join('.');
    const again = seen.has(name);
    seen.add(name);
    return [
      ...(found.steps[0] === 'metadata'
        ? [invalid(at, jsonPath, 'must not point to fields in metadata')]
        : []),
      ...(['string', 'boolean', 'integer'].includes(found.schema.type)
        ? []
        : [invalid(at, jsonPath, scalars)]),
      ...(again ? [duplicate(at, jsonPath)] : []),
    ];
  });
  return seen.size > most ? [...errors, tooMany(path, seen.size, most)] : errors;
}
