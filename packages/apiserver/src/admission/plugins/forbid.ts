import { errors, type StatusError } from '@dormice/apimachinery';
import type { AdmissionAttributes } from '../../api-server.ts';

/** A plugin's refusal: names the object, or what its name will begin with. */
export function forbid(attributes: AdmissionAttributes, why: string): StatusError {
  const { group, resource, object } = attributes;
  const { name, generateName } = object?.metadata ?? {};
  const shown = attributes.name || name || generateName || 'Unknown!';
  return errors.forbidden({ group, resource }, shown, why);
}

/** Several reasons as Go shows an aggregate: each once. */
export function aggregate(reasons: readonly string[]): string {
  const different = [...new Set(reasons)];
  return different.length === 1 ? (different[0] ?? '') : `[${different.join(', ')}]`;
}
