import type { ManagedFieldsEntry } from '../object.ts';
import type { FieldSet } from './field-set.ts';
import { formatFieldsV1, parseFieldsV1 } from './fields-v1.ts';

/** Who owns which fields: one entry of `managedFields`, read. */
export interface Manager {
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  subresource: string;
  /** RFC 3339. */
  time: string | undefined;
  set: FieldSet;
}

/** By identity, see `managerId`. */
export type Managers = Map<string, Manager>;

/** An applier is the same one in every version of the API, an updater is another one in each. */
export function managerId(entry: Omit<Manager, 'time' | 'set'>): string {
  return JSON.stringify({
    manager: entry.manager,
    operation: entry.operation,
    ...(entry.operation === 'Update' ? { apiVersion: entry.apiVersion } : {}),
    ...(entry.subresource === '' ? {} : { subresource: entry.subresource }),
  });
}

/** @throws Error that names what is wrong with which entry. */
export function parseManagedFields(entries: readonly Partial<ManagedFieldsEntry>[]): Managers {
  const managers: Managers = new Map();
  for (const entry of entries) {
    const at = `managedFields of ${JSON.stringify(entry.manager ?? '')}`;
    if (entry.operation !== 'Apply' && entry.operation !== 'Update') {
      throw new Error(`${at}: operation must be \`Apply\` or \`Update\``);
    }
    if (!entry.apiVersion) throw new Error(`${at}: apiVersion must not be empty`);
    if (entry.fieldsType !== 'FieldsV1') throw new Error(`${at}: fieldsType must be \`FieldsV1\``);
    const manager: Manager = {
      manager: entry.manager ?? '',
      operation: entry.operation,
      apiVersion: entry.apiVersion,
      subresource: entry.subresource ?? '',
      time: entry.time ?? undefined,
      set: parseFieldsV1(entry.fieldsV1 ?? {}),
    };
    managers.set(managerId(manager), manager);
  }
  return managers;
}

/** In upstream's order: appliers first, then by time, name, version and subresource. */
export function formatManagedFields(managers: Managers): ManagedFieldsEntry[] {
  return [...managers.values()].sort(compareManagers).map((entry) => ({
    manager: entry.manager,
    operation: entry.operation,
    apiVersion: entry.apiVersion,
    ...(entry.time === undefined ? {} : { time: entry.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: formatFieldsV1(entry.set),
    ...(entry.subresource === '' ? {} : { subresource: entry.subresource }),
  }));
}

const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function compareManagers(a: Manager, b: Manager): number {
  return (
    text(a.operation, b.operation) ||
    seconds(a.time) - seconds(b.time) ||
    text(a.manager, b.manager) ||
    text(a.apiVersion, b.apiVersion) ||
    text(a.subresource, b.subresource)
  );
}

function seconds(time: string | undefined): number {
  const parsed = time === undefined ? Number.NaN : Date.parse(time);
  return Number.isNaN(parsed) ? 0 : Math.floor(parsed / 1000);
}

/** Oldest first, for `capManagers`. */
export const compareAge = (a: Manager, b: Manager): number =>
  seconds(a.time) - seconds(b.time) || text(managerId(a), managerId(b));
