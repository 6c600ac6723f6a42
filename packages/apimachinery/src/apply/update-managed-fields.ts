import type { KubeObject, ManagedFieldsEntry } from '../object.ts';
import type { Schema } from '../schema.ts';
import { formatTime } from '../time.ts';
import { capManagers } from './cap-managers.ts';
import { type Comparison, compareObjects } from './compare.ts';
import {
  formatManagedFields,
  type Manager,
  type Managers,
  managerId,
  parseManagedFields,
} from './managers.ts';
import { ownerlessFields, resetSet, withoutManagedFields } from './metadata-fields.ts';
import { withObjectMeta } from './object-meta-schema.ts';
import { ElementError } from './structure.ts';
import { takeOver, withoutReset } from './tracking.ts';
import { zeroObject } from './zero-object.ts';

export interface UpdateRequest {
  /** The stored object; none for a create. */
  live?: KubeObject | undefined;
  /** What is going to be stored, in the same API version; its `managedFields` are what the client sent. */
  next: KubeObject;
  schema: Schema;
  /** `fieldManager` of the request, else the user agent's name. */
  manager: string;
  /** Of the request. */
  apiVersion: string;
  /** `status`, `scale` … */
  subresource?: string | undefined;
  now: Date;
  /** Fields that the endpoint ignores, such as `[['status']]`: never owned through it. */
  resetFields?: readonly (readonly string[])[] | undefined;
}

/**
 * The `managedFields` after a create, update or patch that is no apply: the manager gets what it added or changed,
 * everybody loses what went or was changed. An empty list means that the object carries none.
 *
 * Clients may write `managedFields` on the main resource: a valid list replaces the stored one before tracking,
 * `[]` or `[{}]` clears it and ends tracking, anything else is ignored. An object without managed fields is not tracked until
 * somebody applies to it.
 */
export function updateManagedFields(request: UpdateRequest): ManagedFieldsEntry[] {
  const managers = startingManagers(request);
  if (managers.size === 0 && request.live?.metadata.uid) return [];
  trackUpdate(managers, request);
  return formatManagedFields(managers);
}

/** Records an update in the map. */
export function trackUpdate(managers: Managers, request: UpdateRequest): void {
  const schema = withObjectMeta(request.schema);
  const comparison = compareForTracking(request, schema);
  if (comparison === undefined) return;
  const changes = withoutReset(comparison, resetSet(request.resetFields ?? []));
  takeOver(managers, changes, '', true);
  const set = changes.modified.union(changes.added).difference(ownerlessFields);
  if (!set.isEmpty) own(managers, request, set);
  capManagers(managers);
}

function own(managers: Managers, request: UpdateRequest, set: Manager['set']): void {
  const entry: Manager = {
    manager: request.manager === '' ? 'unknown' : request.manager,
    operation: 'Update',
    apiVersion: request.apiVersion,
    subresource: request.subresource ?? '',
    time: formatTime(request.now),
    set,
  };
  const id = managerId(entry);
  const before = managers.get(id);
  managers.set(id, before === undefined ? entry : { ...entry, set: set.union(before.set) });
}

/** An object with list elements that cannot be told apart is stored as it is, and not tracked: as upstream. */
function compareForTracking({ live, next }: UpdateRequest, schema: Schema): Comparison | undefined {
  try {
    const before = live === undefined ? zeroObject(schema) : withoutManagedFields(live);
    return compareObjects(before, withoutManagedFields(next), schema);
  } catch (error) {
    if (error instanceof ElementError) return undefined;
    throw error;
  }
}

function startingManagers({ live, next, subresource }: UpdateRequest): Managers {
  const stored = () => tryParse(live?.metadata.managedFields) ?? new Map();
  if (subresource) return stored();
  const sent = next.metadata.managedFields;
  if (isReset(sent)) return new Map();
  const parsed = tryParse(sent);
  return parsed === undefined || parsed.size === 0 ? stored() : parsed;
}

/** `[]` and `[{}]` ask to forget all managers. */
function isReset(sent: readonly ManagedFieldsEntry[] | undefined): boolean {
  if (sent === undefined || sent === null) return false;
  return sent.length === 0 || (sent.length === 1 && Object.keys(sent[0] ?? {}).length === 0);
}

function tryParse(entries: readonly ManagedFieldsEntry[] | undefined): Managers | undefined {
  try {
    return parseManagedFields(entries ?? []);
  } catch {
    return undefined;
  }
}
