import { generate } from './facts.ts';

/**
 * Makes the compact structure table of packages/kinds from the recorded facts of a Kubernetes version.
 *
 *     node scripts/generate-kinds.ts [--facts FILE] [--check]
 *
 * Layout of the table (decoded by packages/kinds/src/structure-table.ts):
 * - `packages`, `names`: definition names, as `[package index, last word]`.
 * - `types`: interned field types with short keys; `r` points into `names`.
 * - `definitions`: for each name `[type index, [field, type index, protobuf number, …], required fields]`.
 * - `resources`: names, scope, subresources, columns; `verbs` are interned.
 */
interface FactField {
  type?: string;
  ref?: string;
  items?: FactField;
  values?: FactField;
  fields?: Record<string, FactField>;
  required?: string[];
  [fact: string]: unknown;
}
interface FactDefinition extends FactField {
  gvk?: { group: string; version: string; kind: string }[];
}
interface FactResource {
  group: string;
  version: string;
  kind: string;
  resource: string;
  singular: string;
  scope: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
  columns?: { name: string; type: string; format: string; priority: number }[];
  subresources?: {
    name: string;
    verbs: string[];
    kind: { group: string; version: string; kind: string };
  }[];
}
interface Facts {
  version: string;
  definitions: Record<string, FactDefinition>;
  groups: { group: string; versions: string[] }[];
  resources: FactResource[];
}

/** Served by an extension, not by the API server itself. */
const foreignGroups = new Set(['metrics.k8s.io']);

/** Short keys of the facts that a type may carry. */
const shortKeys: Record<string, string> = {
  type: 't',
  format: 'f',
  enum: 'e',
  listType: 'l',
  mapKeys: 'k',
  mapType: 'm',
  patchMergeKey: 'p',
  patchStrategy: 's',
  omitEmpty: 'o',
  pointer: 'n',
  wire: 'w',
};
/** Facts that are placed elsewhere, or (unions) that no reader of the table needs. */
const placed = new Set(['ref', 'items', 'values', 'fields', 'required', 'proto', 'gvk', 'unions']);

function interner() {
  const values: unknown[] = [];
  const known = new Map<string, number>();
  const intern = (value: unknown): number => {
    const text = JSON.stringify(value);
    let index = known.get(text);
    if (index === undefined) {
      index = values.push(value) - 1;
      known.set(text, index);
    }
    return index;
  };
  return { values, intern };
}

function buildTable(facts: Facts) {
  const names = Object.keys(facts.definitions).sort();
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const packages = interner();
  const types = interner();
  const verbs = interner();

  const typeOf = (fact: FactField): number => {
    const type: Record<string, unknown> = {};
    for (const [key, value] of Object.entries(fact)) {
      const short = shortKeys[key];
      if (short !== undefined) type[short] = value === true ? 1 : value;
      else if (!placed.has(key)) throw new Error(`facts have an unknown key ${key}`);
    }
    if (fact.ref !== undefined) {
      const target = indexOf.get(fact.ref);
      if (target === undefined) throw new Error(`facts refer to ${fact.ref}, which is not there`);
      type['r'] = target;
    }
    if (fact.items !== undefined) type['i'] = typeOf(fact.items);
    if (fact.values !== undefined) type['v'] = typeOf(fact.values);
    return types.intern(type);
  };

  /** TypeMeta first, then by protobuf number: the order of the Go struct. */
  const order = ([name, fact]: [string, FactField]): number =>
    name === 'kind' && fact['proto'] === 1
      ? -2
      : name === 'apiVersion' && fact['proto'] === 2
        ? -1
        : Number(fact['proto'] ?? 999);

  const definitions = names.map((name) => {
    const definition = facts.definitions[name] as FactDefinition;
    const fields = Object.entries(definition.fields ?? {})
      .sort((a, b) => order(a) - order(b) || (a[0] < b[0] ? -1 : 1))
      .flatMap(([field, fact]) => [field, typeOf(fact), fact['proto'] ?? 0]);
    const head = typeOf(definition);
    return definition.required ? [head, fields, definition.required] : [head, fields];
  });

  const byKind = new Map<string, number>();
  for (const [name, definition] of Object.entries(facts.definitions))
    for (const { group, version, kind } of definition.gvk ?? [])
      byKind.set(`${group}/${version}/${kind}`, indexOf.get(name) as number);

  const resources = facts.resources
    .filter(({ group }) => !foreignGroups.has(group))
    .map((row) => {
      const definition = byKind.get(`${row.group}/${row.version}/${row.kind}`);
      if (definition === undefined)
        throw new Error(`no definition for ${row.group}/${row.version} ${row.kind}`);
      return {
        g: row.group,
        v: row.version,
        k: row.kind,
        r: row.resource,
        s: row.singular,
        n: row.scope === 'Namespaced' ? 1 : 0,
        d: definition,
        b: verbs.intern(row.verbs),
        ...(row.shortNames ? { h: row.shortNames } : {}),
        ...(row.categories ? { c: row.categories } : {}),
        ...(row.columns
          ? { o: row.columns.map((col) => [col.name, col.type, col.format, col.priority]) }
          : {}),
        ...(row.subresources
          ? {
              u: row.subresources.map((sub) => [
                sub.name,
                verbs.intern(sub.verbs),
                // An empty version means the version of the parent.
                ...(sub.kind.kind === row.kind && sub.kind.version === ''
                  ? []
                  : [sub.kind.group, sub.kind.version || row.version, sub.kind.kind]),
              ]),
            }
          : {}),
      };
    });

  return {
    version: facts.version,
    groups: facts.groups
      .filter(({ group }) => !foreignGroups.has(group))
      .map(({ group, versions }) => [group, ...versions]),
    packages: packages.values,
    names: names.map((name) => {
      const dot = name.lastIndexOf('.');
      return [packages.intern(name.slice(0, dot)), name.slice(dot + 1)];
    }),
    types: types.values,
    definitions,
    verbs: verbs.values,
    resources,
  };
}

export const kindsTable = {
  output: 'packages/kinds/src/generated/structure.generated.json',
  facts: '../shared/facts/kubernetes-1.35.json',
  build: buildTable,
};

if (import.meta.main) process.exitCode = generate(kindsTable, process.argv.slice(2));
