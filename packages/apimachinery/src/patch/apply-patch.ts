import type { Json, JsonObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import { applyJsonPatch } from './json-patch.ts';
import { applyMergePatch } from './merge-patch.ts';
import { applyStrategicMergePatch } from './strategic-merge.ts';

/** Content types of the three patches that need no field manager's memory. */
export const patchContentTypes = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

export type PatchType = keyof typeof patchContentTypes;

export interface PatchRequest {
  type: PatchType;
  document: JsonObject;
  /** The decoded body. */
  patch: Json;
  /** The document's schema; only strategic merge reads it. */
  schema: Schema;
}

/**
 * Applies a patch of any of the three types to a copy of the document.
 *
 * @throws StatusError as the function of the type does.
 */
export function applyPatch({ type, document, patch, schema }: PatchRequest): JsonObject {
  switch (type) {
    case 'json':
      return applyJsonPatch(document, patch);
    case 'merge':
      return applyMergePatch(document, patch);
    case 'strategic':
      return applyStrategicMergePatch(document, patch, schema);
  }
}
