import type { KubeObject } from '@dormice/apimachinery';

/** Others hold the object: its content changes, not the object. */
export function replaceIn(object: KubeObject, next: KubeObject): void {
  for (const key of Object.keys(object)) if (!(key in next)) delete object[key];
  Object.assign(object, next);
}
