import { isPlainObject } from '../json-clone.ts';
import type { Json, JsonObject } from '../object.ts';
import { goValue } from './go-value.ts';
import { patchFailure } from './patch-failure.ts';

/** What identifies an element: its merge key in lists of objects, else itself. */
function identity(item: Json, mergeKey: string | undefined): Json | undefined {
  return mergeKey !== undefined && isPlainObject(item) ? (item as JsonObject)[mergeKey] : item;
}

function positions(list: Json[], mergeKey: string | undefined): Map<Json | undefined, number> {
  const result = new Map<Json | undefined, number>();
  list.forEach((item, at) => {
    const key = identity(item, mergeKey);
    if (!result.has(key)) result.set(key, at);
  });
  return result;
}

/**
 * Order of a merged list: elements that the patch (or `$setElementOrder` in its stead) names come in the patch's order, the others in the server's; where
 * one of each could be next, the server's order decides if it knows both, else the patch's element goes first.
 */
export function mergeOrder(
  merged: Json[],
  patch: Json[],
  server: Json[],
  mergeKey: string | undefined,
): Json[] {
  const inPatch = positions(patch, mergeKey);
  const inServer = positions(server, mergeKey);
  const key = (item: Json) => identity(item, mergeKey);
  const by = (order: Map<Json | undefined, number>) => (a: Json, b: Json) =>
    (order.get(key(a)) ?? order.size) - (order.get(key(b)) ?? order.size);
  const named = merged.filter((item) => inPatch.has(key(item))).sort(by(inPatch));
  const others = merged.filter((item) => !inPatch.has(key(item))).sort(by(inServer));
  const result: Json[] = [];
  let next = 0;
  for (const item of named) {
    const at = inServer.get(key(item));
    while (next < others.length && at !== undefined) {
      const other = inServer.get(key(others[next] as Json));
      if (other === undefined || other > at) break;
      result.push(others[next] as Json);
      next += 1;
    }
    result.push(item);
  }
  return [...result, ...others.slice(next)];
}

/**
 * `$setElementOrder` must name every element of the patch, in the patch's order.
 *
 * @throws StatusError 500 when it does not, or an element has no merge key.
 */
export function validateOrderList(
  patch: Json[],
  order: Json[],
  mergeKey: string | undefined,
): void {
  if (mergeKey !== undefined) {
    for (const item of order) {
      if (!isPlainObject(item) || item[mergeKey] === undefined) {
        throw patchFailure(
          `map: ${goValue(item)} does not contain declared merge key: ${mergeKey}`,
        );
      }
    }
  }
  if (order.length === 0) return;
  const kept = patch.filter((item) => !isPlainObject(item) || item.$patch === undefined);
  let next = 0;
  for (const item of order) {
    if (next >= kept.length) return;
    if (identity(kept[next] as Json, mergeKey) === identity(item, mergeKey)) next += 1;
  }
  if (next < kept.length) {
    throw patchFailure(
      `The order in patch list:\n${goValue(patch)}\n doesn't match $setElementOrder list:\n${goValue(order)}\n`,
    );
  }
}
