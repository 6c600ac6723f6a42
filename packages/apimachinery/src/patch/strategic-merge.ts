import { deepClone, isPlainObject, setField } from '../json-clone.ts';
import type { Json, JsonObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import { errors } from '../status-error.ts';
import { goTypeName, goValue, jsonTypeName } from './go-value.ts';
import { patchFailure } from './patch-failure.ts';
import { mergeOrder, validateOrderList } from './strategic-order.ts';
import { dropDirectives, fieldOf, strategyOf } from './strategic-rules.ts';

const deletePrefix = '$deleteFromPrimitiveList/';
const orderPrefix = '$setElementOrder/';

/**
 * Strategic merge patch: a JSON merge patch in which lists merge by the schema's `patchMergeKey` and `patchStrategy`,
 * and the directives `$patch`, `$retainKeys`, `$setElementOrder/field` and `$deleteFromPrimitiveList/field` say what
 * plain JSON cannot. Neither argument is changed. Semantics, order of elements and errors are upstream's
 * (k8s.io/apimachinery/pkg/util/strategicpatch), learnt from the answers of a kube-apiserver.
 *
 * @throws StatusError 400 for a patch or `$retainKeys` that is malformed; 500 without a reason, as upstream, for
 *   unknown directives, missing merge keys and contradicting orders.
 */
export function applyStrategicMergePatch(
  document: JsonObject,
  patch: Json,
  schema: Schema,
): JsonObject {
  if (patch === null) return deepClone(document);
  if (!isPlainObject(patch)) {
    throw errors.badRequest(
      `json: cannot unmarshal ${jsonTypeName(patch)} into Go value of type map[string]interface {}`,
    );
  }
  return mergeObject(deepClone(document), deepClone(patch) as JsonObject, schema);
}

/** Merges into `original` and returns it. Both arguments are consumed. */
function mergeObject(original: JsonObject, patch: JsonObject, schema: Schema): JsonObject {
  if (Object.hasOwn(patch, '$patch')) return replaceObject(patch);
  retainKeys(original, patch);
  mergeOrderedLists(original, patch, schema);
  for (const key of Object.keys(patch).filter((name) => name.startsWith(deletePrefix))) {
    deleteFromList(original, key.slice(deletePrefix.length), patch[key]);
    delete patch[key];
  }
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) {
      delete original[key];
      continue;
    }
    const old = ownField(original, key);
    if (isPlainObject(old) && isPlainObject(value)) {
      const field = fieldOf(schema, key);
      const merged =
        strategyOf(field) === 'replace'
          ? (dropDirectives(value) ?? {})
          : mergeObject(old as JsonObject, value as JsonObject, field);
      setField(original, key, merged);
    } else if (Array.isArray(old) && Array.isArray(value)) {
      setField(original, key, mergeList(old, value, fieldOf(schema, key)));
    } else {
      const added = dropDirectives(value);
      if (added === undefined) delete original[key];
      else setField(original, key, added);
    }
  }
  return original;
}

/** A field of the object itself: what every JavaScript object inherits is no field. */
const ownField = (object: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

function replaceObject(patch: JsonObject): JsonObject {
  const { $patch: directive, ...rest } = patch;
  if (directive === 'replace') return rest;
  if (directive === 'delete') return {};
  throw unknownDirective(directive, patch);
}

function unknownDirective(directive: Json | undefined, patch: JsonObject) {
  const shown =
    typeof directive === 'string'
      ? directive
      : `%!s(${goTypeName(directive)}=${goValue(directive)})`;
  return patchFailure(`unknown patch type: ${shown} in map: ${goValue(patch)}`);
}

/** `$retainKeys`: fields that the patch does not name are cleared, for unions such as volume sources. */
function retainKeys(original: JsonObject, patch: JsonObject): void {
  if (!Object.hasOwn(patch, '$retainKeys')) return;
  const keep = patch.$retainKeys;
  delete patch.$retainKeys;
  if (!Array.isArray(keep)) throw errors.badRequest('invalid patch format of retainKeys');
  const kept = new Set<Json>(keep);
  for (const [key, value] of Object.entries(patch)) {
    if (value === null || key.startsWith(deletePrefix) || key.startsWith(orderPrefix)) continue;
    if (!kept.has(key)) throw errors.badRequest('invalid patch format of retainKeys');
  }
  for (const key of Object.keys(original)) if (!kept.has(key)) delete original[key];
}

/** `$setElementOrder/field`: the list of the same field is merged, then put in this order. */
function mergeOrderedLists(original: JsonObject, patch: JsonObject, schema: Schema): void {
  for (const directive of Object.keys(patch).filter((name) => name.startsWith(orderPrefix))) {
    const order = listOf(patch[directive]);
    const key = directive.slice(orderPrefix.length);
    delete patch[directive];
    const field = fieldOf(schema, key);
    const old = Object.hasOwn(original, key) ? listOf(original[key]) : undefined;
    const changes = Object.hasOwn(patch, key) ? listOf(patch[key]) : undefined;
    delete patch[key];
    validateOrderList(changes ?? [], order, field.patchMergeKey);
    if (old === undefined && changes === undefined) continue;
    const before = [...(old ?? [])];
    const merged =
      changes === undefined
        ? before
        : old === undefined
          ? (dropDirectives(changes) as Json[])
          : mergeList(old, changes, field);
    setField(original, key, mergeOrder(merged, order, before, field.patchMergeKey));
  }
}

function listOf(value: Json | undefined): Json[] {
  if (Array.isArray(value)) return value;
  throw patchFailure(`expected a []interface {}, but received a ${goTypeName(value)}`);
}

function deleteFromList(original: JsonObject, key: string, values: Json | undefined): void {
  const old = ownField(original, key);
  if (!Array.isArray(old) || !Array.isArray(values)) return;
  const gone = new Set<Json>(values);
  setField(
    original,
    key,
    old.filter((value) => !gone.has(value)),
  );
}

function mergeList(original: Json[], patch: Json[], schema: Schema): Json[] {
  if (strategyOf(schema) !== 'merge') return dropDirectives(patch) as Json[];
  if (original.length === 0 && patch.length === 0) return original;
  const kinds = new Set([...original, ...patch].map(kindOfItem));
  if (kinds.has('list')) throw patchFailure('lists of lists are not supported');
  if (kinds.size > 1) {
    throw patchFailure(
      `list element types are not identical: [${goValue(original)} ${goValue(patch)}]`,
    );
  }
  if (!kinds.has('map')) {
    return mergeOrder([...new Set([...original, ...patch])], patch, original, undefined);
  }
  const mergeKey = schema.patchMergeKey;
  if (mergeKey === undefined) {
    throw patchFailure(`cannot merge lists without merge key for ${schema.items?.name ?? 'list'}`);
  }
  return mergeObjectList(original as JsonObject[], patch as JsonObject[], mergeKey, schema);
}

function mergeObjectList(
  original: JsonObject[],
  patch: JsonObject[],
  mergeKey: string,
  schema: Schema,
): Json[] {
  let kept = original;
  let replace = false;
  const changes: JsonObject[] = [];
  for (const item of patch) {
    if (!Object.hasOwn(item, '$patch')) {
      changes.push(item);
    } else if (item.$patch === 'delete') {
      const key = mergeKeyOf(item, mergeKey);
      kept = kept.filter((candidate) => candidate[mergeKey] !== key);
    } else if (item.$patch === 'replace') {
      replace = true;
    } else if (item.$patch === 'merge') {
      throw patchFailure('merging lists cannot yet be specified in the patch');
    } else {
      throw unknownDirective(item.$patch, item);
    }
  }
  if (replace) return changes.map((item) => dropDirectives(item) as Json);
  const merged = [...kept];
  for (const item of changes) {
    const key = mergeKeyOf(item, mergeKey);
    const at = merged.findIndex((candidate) => candidate[mergeKey] === key);
    if (at < 0) merged.push(dropDirectives(item) as JsonObject);
    else merged[at] = mergeObject(merged[at] as JsonObject, item, schema.items ?? {});
  }
  return mergeOrder(merged, changes, kept, mergeKey);
}

function mergeKeyOf(item: JsonObject, mergeKey: string): Json {
  const value = item[mergeKey];
  if (value !== undefined) return value;
  throw patchFailure(`map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`);
}

function kindOfItem(value: Json): 'map' | 'list' | string {
  if (Array.isArray(value)) return 'list';
  return isPlainObject(value) ? 'map' : goTypeName(value);
}
