import { deepClone, isPlainObject, setField } from '../json-clone.ts';
import type { Json, JsonObject } from '../object.ts';
import { errors } from '../status-error.ts';
import { jsonTypeName } from './go-value.ts';

/**
 * JSON merge patch (RFC 7386): objects merge field by field, `null` removes a field, everything else replaces.
 * Neither argument is changed.
 *
 * @throws StatusError 400 when the patch is no object: what a Kubernetes object is patched with always is one.
 */
export function applyMergePatch(document: JsonObject, patch: Json): JsonObject {
  if (patch === null) throw errors.badRequest('Invalid JSON Patch');
  if (!isPlainObject(patch)) {
    throw errors.badRequest(
      `error decoding patch: json: cannot unmarshal ${jsonTypeName(patch)} into Go value of type map[string]interface {}`,
    );
  }
  return mergeObject(document, patch);
}

function mergeObject(target: JsonObject, patch: JsonObject): JsonObject {
  const result: JsonObject = { ...target };
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      delete result[key];
    } else if (isPlainObject(value)) {
      const old = Object.hasOwn(target, key) ? target[key] : undefined;
      const base = isPlainObject(old) ? (old as JsonObject) : {};
      setField(result, key, mergeObject(base, value as JsonObject));
    } else {
      setField(result, key, deepClone(value));
    }
  }
  return result;
}
