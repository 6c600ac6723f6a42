import { isPlainObject, setField } from '../json-clone.ts';
import type { Json, JsonObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import type { PathElement } from './path-element.ts';
import { elementOf, fieldSchema, indexElements, shapeOf } from './structure.ts';

/** The live object with what the applied configuration says: granular parts merge, leaves are the applied one's. */
export function mergeApplied(live: JsonObject, applied: JsonObject, schema: Schema): JsonObject {
  return (mergeValues(live, applied, schema) ?? {}) as JsonObject;
}

function mergeValues(a: Json | undefined, b: Json | undefined, schema: Schema): Json | undefined {
  if (b === undefined) return a;
  if (a === undefined) return b;
  const shape = shapeOf(schema, b ?? a);
  if (shape === 'map' && isPlainObject(a) && (isPlainObject(b) || b === null)) {
    if (Object.keys(a).length === 0) return b;
    return mergeMaps(a as JsonObject, (b ?? {}) as JsonObject, schema);
  }
  if (shape === 'list' && Array.isArray(a) && (Array.isArray(b) || b === null)) {
    return a.length === 0 ? b : mergeLists(a, b ?? [], schema);
  }
  return b;
}

function mergeMaps(a: JsonObject, b: JsonObject, schema: Schema): JsonObject {
  const result: JsonObject = { ...a };
  for (const key of Object.keys(b)) {
    const old = Object.hasOwn(a, key) ? a[key] : undefined;
    const value = mergeValues(old, b[key], fieldSchema(schema, key) ?? {});
    if (value !== undefined) setField(result, key, value);
  }
  return result;
}

/**
 * Order of a merged list: shared elements come in the applied order, elements that only the live list has stay
 * before the shared element that they preceded, and new ones come where the applied list has them.
 */
function mergeLists(a: Json[], b: Json[], schema: Schema): Json[] {
  const liveElements = a.map((item) => elementOf(schema, item));
  const appliedElements = b.map((item) => elementOf(schema, item));
  const live = indexElements(schema, a);
  const applied = indexElements(schema, b);
  const shared = appliedElements.filter((element) => live.has(element));
  const done = new Set<PathElement>();
  const result: Json[] = [];
  let nextShared = 0;
  let at = 0;
  let to = 0;

  const take = (element: PathElement): void => {
    const old = live.get(element);
    const single = old?.length === 1 ? old[0] : undefined;
    const merged = mergeValues(single, applied.get(element)?.[0], schema.items ?? {});
    if (merged !== undefined) result.push(merged);
    done.add(element);
    if (shared[nextShared] === element) nextShared += 1;
    to += 1;
  };

  while (at < a.length || to < b.length) {
    const mine = liveElements[at];
    const theirs = appliedElements[to];
    if (mine !== undefined && theirs !== undefined) {
      if (mine === theirs) {
        take(theirs);
        at += 1;
        continue;
      }
      if (applied.has(mine) && nextShared < shared.length && shared[nextShared] !== mine) {
        at += 1;
        continue;
      }
    }
    if (mine !== undefined) {
      if (!applied.has(mine)) {
        result.push(a[at] as Json);
        at += 1;
        continue;
      }
      if (done.has(mine)) at += 1;
    }
    if (theirs !== undefined) take(theirs);
  }
  return result;
}
