import type { KubeObject } from '@dormice/apimachinery';
import { apiGroups, builtinKinds, type Kind, kindByResource, kindsOfCrd } from '@dormice/kinds';
import { prefixRange, type Store } from '@dormice/storage';
import { keyPrefix } from '../registry/keys.ts';
import { convertedByWebhook } from './conversion.ts';

const crdPrefix = keyPrefix({
  group: 'apiextensions.k8s.io',
  resource: 'customresourcedefinitions',
});
const decoder = new TextDecoder();

export interface GroupVersions {
  group: string;
  /** Preferred first. */
  versions: string[];
}

/** `v2` before `v1` before `v1beta2` before `v1alpha1` before anything else: upstream's order of versions. */
export function compareVersions(a: string, b: string): number {
  const parse = (version: string): number[] | undefined => {
    const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
    if (!match) return undefined;
    const stage = match[2] === undefined ? 2 : match[2] === 'beta' ? 1 : 0;
    return [stage, Number(match[1]), Number(match[3] ?? 0)];
  };
  const [left, right] = [parse(a), parse(b)];
  if (!left || !right) return left ? -1 : right ? 1 : a < b ? -1 : 1;
  for (let at = 0; at < 3; at += 1) {
    const difference = (right[at] ?? 0) - (left[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/**
 * The kinds that a server knows: the built-in ones, shared by the process, and those of its CRDs, read from the store at
 * first use and again after a CRD changed.
 */
export class KindTable {
  readonly #store: Store;
  readonly #optional: readonly Kind[];
  #custom: Map<string, Kind> | undefined;
  /** Counts changes; discovery and OpenAPI documents are made anew when it moves. */
  generation = 0;

  /** @param optional built-in kinds that not every server has */
  constructor(store: Store, optional: readonly Kind[] = []) {
    this.#store = store;
    this.#optional = optional;
  }

  /** To be called for each change of the store. */
  observe(key: string): void {
    if (!key.startsWith(crdPrefix)) return;
    this.#custom = undefined;
    this.generation += 1;
  }

  find(group: string, version: string, resource: string): Kind | undefined {
    return (
      kindByResource(group, version, resource) ??
      this.#optional.find(
        (row) => row.group === group && row.version === version && row.resource === resource,
      ) ??
      this.#customKinds().get(`${group}/${version}/${resource}`)
    );
  }

  findByKind(group: string, version: string, kind: string): Kind | undefined {
    return this.all().find(
      (row) => row.group === group && row.version === version && row.kind === kind,
    );
  }

  /** Is there anything of this group version? */
  hasVersion(group: string, version: string): boolean {
    return this.groups().some((entry) => entry.group === group && entry.versions.includes(version));
  }

  all(): Kind[] {
    return [...builtinKinds.filter(isServed), ...this.#optional, ...this.#customKinds().values()];
  }

  /** Built-in kinds that not every server has. */
  get optional(): readonly Kind[] {
    return this.#optional;
  }

  custom(): Kind[] {
    return [...this.#customKinds().values()];
  }

  /** Built-in groups in upstream's order, then the CRDs' by name. */
  groups(): GroupVersions[] {
    const groups = new Map<string, GroupVersions>();
    for (const { group, versions } of apiGroups) {
      if (group !== 'metrics.k8s.io') groups.set(group, { group, versions: [...versions] });
    }
    const custom = [...this.#customKinds().values()].sort((a, b) => (a.group < b.group ? -1 : 1));
    for (const { group, version } of [...this.#optional, ...custom]) {
      const known = groups.get(group) ?? { group, versions: [] };
      if (!known.versions.includes(version)) known.versions.push(version);
      known.versions.sort(compareVersions);
      groups.set(group, known);
    }
    return [...groups.values()];
  }

  #customKinds(): Map<string, Kind> {
    if (this.#custom) return this.#custom;
    const rows = new Map<string, Kind>();
    for (const { value } of this.#store.list(prefixRange(crdPrefix)).entries) {
      const crd = JSON.parse(decoder.decode(value)) as KubeObject;
      if (!isEstablished(crd)) continue;
      for (const row of kindsOfCrd(crd)) {
        rows.set(`${row.group}/${row.version}/${row.resource}`, convertedByWebhook(row, crd));
      }
    }
    this.#custom = rows;
    return rows;
  }
}

/** The metrics API is served by an extension, when there is one. */
const isServed = (row: Kind): boolean => row.group !== 'metrics.k8s.io';

export function isEstablished(crd: KubeObject): boolean {
  const conditions: { type: string; status: string }[] = crd['status']?.conditions ?? [];
  return conditions.some(({ type, status }) => type === 'Established' && status === 'True');
}
