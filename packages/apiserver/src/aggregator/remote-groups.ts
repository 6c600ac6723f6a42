import { compareVersions } from '../crd/kind-table.ts';
import type { RemoteApi } from './remote-apis.ts';

/** A group as discovery lists it; versions preferred first. */
export interface DiscoveredGroup {
  group: string;
  versions: string[];
}

/** Priority of groups of CRDs among the aggregated ones. */
const customPriority = 1000;

/**
 * The groups with those of aggregated servers among them: behind all built-in groups, in the order of their priority and
 * then of their APIServices' names. A version may be added to a group that is there.
 */
export function withRemoteGroups(
  builtin: readonly DiscoveredGroup[],
  custom: readonly DiscoveredGroup[],
  apis: readonly RemoteApi[],
): DiscoveredGroup[] {
  const known = new Map<string, DiscoveredGroup & { priority: number; isBuiltin: boolean }>();
  for (const row of builtin) {
    known.set(row.group, { ...row, versions: [...row.versions], priority: 0, isBuiltin: true });
  }
  for (const row of custom) {
    const versions = [...row.versions];
    known.set(row.group, { ...row, versions, priority: customPriority, isBuiltin: false });
  }
  for (const api of apis) {
    const { group, version, groupPriority } = api;
    const found = known.get(group) ?? { group, versions: [], priority: 0, isBuiltin: false };
    found.priority = Math.max(found.priority, groupPriority);
    if (!found.versions.includes(version)) {
      found.versions = byPriority([...found.versions, version], group, apis);
    }
    known.set(group, found);
  }
  const all = [...known.values()];
  const others = all.filter(({ isBuiltin }) => !isBuiltin);
  const nameOf = ({ versions, group }: DiscoveredGroup) => `${versions[0]}.${group}`;
  others.sort((a, b) => b.priority - a.priority || (nameOf(a) < nameOf(b) ? -1 : 1));
  return [...all.filter(({ isBuiltin }) => isBuiltin), ...others].map(({ group, versions }) => ({
    group,
    versions,
  }));
}

function byPriority(versions: string[], group: string, apis: readonly RemoteApi[]): string[] {
  const priority = (version: string): number =>
    apis.find((api) => api.group === group && api.version === version)?.versionPriority ?? 100;
  return versions.sort((a, b) => priority(b) - priority(a) || compareVersions(a, b));
}
