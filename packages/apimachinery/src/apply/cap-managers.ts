import { compareAge, type Manager, type Managers, managerId } from './managers.ts';

/** Upstream's limit of updaters; appliers are not counted. */
export const maxUpdateManagers = 10;

/**
 * Keeps the number of updaters at the limit: the oldest of each API version are merged into one manager called
 * `ancient-changes`. Changes the map.
 */
export function capManagers(managers: Managers): void {
  const updaters = [...managers.values()].filter((entry) => entry.operation === 'Update');
  let count = updaters.length;
  const firstOfVersion = new Map<string, Manager>();
  for (const entry of updaters.sort(compareAge)) {
    if (count <= maxUpdateManagers) return;
    const first = firstOfVersion.get(entry.apiVersion);
    if (first === undefined) {
      firstOfVersion.set(entry.apiVersion, entry);
      continue;
    }
    const bucket: Manager = {
      manager: 'ancient-changes',
      operation: 'Update',
      apiVersion: entry.apiVersion,
      subresource: '',
      time: entry.time,
      set: entry.set.union(first.set),
    };
    managers.delete(managerId(first));
    managers.delete(managerId(entry));
    managers.set(managerId(bucket), bucket);
    firstOfVersion.set(entry.apiVersion, bucket);
    count -= 1;
  }
}
