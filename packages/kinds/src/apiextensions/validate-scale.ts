import {
  type FieldError,
  fieldErrors,
  isPlainObject,
  type KubeObject,
} from '@dormice/apimachinery';
import type { KindContext, ScaleSpec } from '../kind.ts';

const { invalid } = fieldErrors;
const most = 2 ** 31 - 1;

/** The names that Go gives to what JSON decodes to. */
function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (isPlainObject(value)) return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

type Found = { value: unknown } | { problem: string };

/** Follows a path of field names; what is absent is `undefined`. */
function follow(object: KubeObject, path: string, wanted: string): Found {
  const fields = path.replace(/^\./, '').split('.');
  const wrong = (upTo: number, value: unknown, type: string): Found => ({
    problem: `.${fields.slice(0, upTo).join('.')} accessor error: ${String(value)} is of the type ${goType(value)}, expected ${type}`,
  });
  let value: unknown = object;
  for (const [index, field] of fields.entries()) {
    if (value === undefined || value === null) return { value: undefined };
    if (!isPlainObject(value)) return wrong(index + 1, value, 'map[string]interface{}');
    value = value[field];
    if (value === undefined) return { value };
  }
  return goType(value) === wanted ? { value } : wrong(fields.length, value, wanted);
}

function replicasAt(object: KubeObject, path: string): FieldError[] {
  const found = follow(object, path, 'int64');
  if ('problem' in found) return [invalid(path, 0, found.problem)];
  const count = Number(found.value ?? 0);
  if (count < 0) return [invalid(path, count, 'should be a non-negative integer')];
  const long = `should be less than or equal to ${most}`;
  return count > most ? [invalid(path, count, long)] : [];
}

/** What `scale` reads of a custom resource has to be numbers and a text, whatever the schema says. */
export function validateScale(
  { specReplicasPath, statusReplicasPath, labelSelectorPath }: ScaleSpec,
  object: KubeObject,
  { subresource }: KindContext,
): FieldError[] {
  const errors = subresource === 'status' ? [] : replicasAt(object, specReplicasPath);
  errors.push(...replicasAt(object, statusReplicasPath));
  if (labelSelectorPath === undefined) return errors;
  const found = follow(object, labelSelectorPath, 'string');
  return 'problem' in found ? [...errors, invalid(labelSelectorPath, '', found.problem)] : errors;
}
