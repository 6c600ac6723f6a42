import type { KubeObject } from '@dormice/apimachinery';

/** A part of an object below its metadata: its shape is known by the kind's schema, as with `KubeObject` itself. */
export type Loose = KubeObject[string];

/** Elements of a list that may be absent or null. */
export const each = (list: Loose): Loose[] => (Array.isArray(list) ? list : []);

/** Sets a field that is absent, null, or Go's zero value. */
export function setDefault(object: Loose, field: string, value: unknown): void {
  const known = object[field];
  if (known === undefined || known === null || known === '' || known === 0) object[field] = value;
}
