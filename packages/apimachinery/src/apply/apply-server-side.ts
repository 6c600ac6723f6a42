import { deepEqual } from '../json-clone.ts';
import type { JsonObject, KubeObject, ManagedFieldsEntry } from '../object.ts';
import { parseApiVersion } from '../object.ts';
import type { Schema } from '../schema.ts';
import { errors, isReason } from '../status-error.ts';
import { formatTime } from '../time.ts';
import { compareObjects } from './compare.ts';
import type { FieldSet } from './field-set.ts';
import { fieldSetOf } from './field-set-of.ts';
import { lastAppliedFields, withLastApplied } from './last-applied.ts';
import {
  formatManagedFields,
  type Manager,
  type Managers,
  managerId,
  parseManagedFields,
} from './managers.ts';
import { mergeApplied } from './merge.ts';
import { ownerlessFields, resetSet, withoutManagedFields } from './metadata-fields.ts';
import { withObjectMeta } from './object-meta-schema.ts';
import { pruneUnowned } from './prune-unowned.ts';
import { withAtomicParents } from './set-schema.ts';
import { ElementError } from './structure.ts';
import { applyFailure, takeOver, withoutReset } from './tracking.ts';
import { trackUpdate } from './update-managed-fields.ts';
import { typeErrors } from './validate-typed.ts';
import { zeroObject } from './zero-object.ts';

export interface ApplyRequest {
  /** The stored object in the request's API version; none when the apply creates it. */
  live?: KubeObject | undefined;
  /** The client's configuration: only what it wants to own. */
  applied: KubeObject;
  schema: Schema;
  manager: string;
  /** Take fields from others instead of failing. */
  force: boolean;
  /** Of the request. */
  apiVersion: string;
  subresource?: string | undefined;
  now: Date;
  /** Fields that the endpoint ignores, such as `[['status']]`. */
  resetFields?: readonly (readonly string[])[] | undefined;
}

export interface Applied {
  /** The merged object before defaulting, `managedFields` included. */
  object: KubeObject;
  managedFields: ManagedFieldsEntry[];
}

/**
 * Server-side apply (KEP-555): merges the configuration into the live object, gives its fields to the manager, and
 * removes what the manager owned before, names no longer, and nobody else owns. Arguments are not changed.
 *
 * An apply that changes nothing gives back the live `managedFields`, times included, so that nothing need be written.
 *
 * @throws StatusError 409 with one cause for each field that another manager owns with another value, unless forced;
 *   400 for another version or `managedFields` in the configuration; 500 without a reason, as upstream, for a
 *   configuration that does not fit the schema.
 */
export function applyServerSide(request: ApplyRequest): Applied {
  const schema = withObjectMeta(request.schema);
  checkConfiguration(request, schema);
  const managers = startingManagers(request, schema);
  const merged = applyToManagers(request, schema, managers);
  const object = syncLastApplied(request, merged);
  const managedFields = formatManagedFields(managers);
  const before = request.live?.metadata.managedFields;
  const kept = before !== undefined && isSameButTimes(request.live, object, managedFields);
  const result = kept ? before : managedFields;
  object.metadata = {
    ...object.metadata,
    ...(result.length === 0 ? {} : { managedFields: result }),
  };
  return { object, managedFields: result };
}

function checkConfiguration({ applied, apiVersion, live }: ApplyRequest, schema: Schema): void {
  if (applied.apiVersion !== apiVersion || (live && applied.kind !== live.kind)) {
    throw errors.badRequest(`invalid object type: ${typeOf(applied)}`);
  }
  if (applied.metadata?.managedFields !== undefined) {
    throw errors.badRequest('metadata.managedFields must be nil');
  }
  const found = typeErrors(applied as JsonObject, schema);
  if (found.length === 0) return;
  const list =
    found.length === 1 ? found[0] : `errors:\n${found.map((text) => `  ${text}`).join('\n')}`;
  throw applyFailure(`failed to create typed patch object (${nameOf(applied)}): ${list}`);
}

function typeOf(object: KubeObject): string {
  const { group, version } = parseApiVersion(object.apiVersion ?? '');
  return `${group}/${version}, Kind=${object.kind ?? ''}`;
}

function nameOf(object: KubeObject): string {
  const { namespace = '', name = '' } = object.metadata ?? {};
  return `${namespace}/${name}; ${typeOf(object)}`;
}

/** What an untracked object holds belongs to `before-first-apply`, so that an apply does not take it unasked. */
function startingManagers(request: ApplyRequest, schema: Schema): Managers {
  const managers = parseStored(request);
  if (managers.size === 0 && request.live !== undefined) {
    trackUpdate(managers, {
      next: request.live,
      schema,
      manager: 'before-first-apply',
      apiVersion: request.apiVersion,
      subresource: request.subresource,
      resetFields: request.resetFields,
      now: request.now,
    });
  }
  for (const [id, entry] of managers) {
    if (entry.apiVersion !== request.apiVersion) continue;
    managers.set(id, { ...entry, set: withAtomicParents(entry.set, schema) });
  }
  return managers;
}

function parseStored({ live }: ApplyRequest): Managers {
  try {
    return parseManagedFields(live?.metadata.managedFields ?? []);
  } catch (error) {
    throw applyFailure(`failed to decode managed fields: ${(error as Error).message}`);
  }
}

/** Applies; `kubectl` may take fields that its own client-side apply has set before. */
function applyToManagers(request: ApplyRequest, schema: Schema, managers: Managers): KubeObject {
  const before = new Map(managers);
  try {
    return applyOnce(request, schema, managers);
  } catch (error) {
    if (error instanceof ElementError) {
      throw applyFailure(
        `failed to create typed live object (${nameOf(request.applied)}): ${error.message}`,
      );
    }
    const own = lastAppliedFields(request.manager, request.live, request.apiVersion, schema);
    if (own === undefined || !isReason(error, 'Conflict')) throw error;
    managers.clear();
    for (const [id, entry] of before) {
      managers.set(id, { ...entry, set: entry.set.difference(own) });
    }
    // Throws again for conflicts beyond the fields that were client-side applied, and names only those.
    applyOnce(request, schema, managers);
    managers.clear();
    for (const [id, entry] of before) managers.set(id, entry);
    return applyOnce({ ...request, force: true }, schema, managers);
  }
}

function applyOnce(request: ApplyRequest, schema: Schema, managers: Managers): KubeObject {
  const reset = resetSet(request.resetFields ?? []);
  const live = request.live === undefined ? zeroObject(schema) : withoutManagedFields(request.live);
  const applied = request.applied as JsonObject;
  const self: Manager = {
    manager: request.manager,
    operation: 'Apply',
    apiVersion: request.apiVersion,
    subresource: request.subresource ?? '',
    time: formatTime(request.now),
    set: fieldSetOf(applied, schema).recursiveDifference(reset),
  };
  const id = managerId(self);
  const last = managers.get(id)?.set;
  managers.set(id, self);
  let merged = mergeApplied(live, applied, schema);
  if (last !== undefined && !last.isEmpty) {
    merged = pruneUnowned(merged, last, allOwned(managers), schema);
  }
  const comparison = withoutReset(compareObjects(live, merged, schema), reset);
  takeOver(managers, comparison, id, request.force);
  const set = self.set.difference(ownerlessFields);
  if (set.isEmpty) managers.delete(id);
  else managers.set(id, { ...self, set });
  return merged as KubeObject;
}

function allOwned(managers: Managers): FieldSet {
  const [first, ...rest] = [...managers.values()].map((entry) => entry.set);
  return rest.reduce((all, set) => all.union(set), first as FieldSet);
}

function syncLastApplied({ manager, live, applied }: ApplyRequest, merged: KubeObject): KubeObject {
  return manager === 'kubectl' && live !== undefined
    ? withLastApplied(merged, live, applied)
    : { ...merged };
}

function isSameButTimes(
  live: KubeObject | undefined,
  object: KubeObject,
  managedFields: ManagedFieldsEntry[],
): boolean {
  if (live === undefined) return false;
  const timeless = (entries: readonly ManagedFieldsEntry[]) =>
    entries.map(({ time: _, ...entry }) => entry).sort(byText);
  return (
    deepEqual(timeless(live.metadata.managedFields ?? []), timeless(managedFields)) &&
    deepEqual(withoutManagedFields(live), withoutManagedFields(object))
  );
}

function byText(a: object, b: object): number {
  const left = JSON.stringify(a);
  const right = JSON.stringify(b);
  return left < right ? -1 : left > right ? 1 : 0;
}
