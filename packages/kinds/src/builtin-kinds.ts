import { decode, type Schema } from '@dormice/apimachinery';
import { describeColumn } from './column-descriptions.ts';
import { ageCell, createdAtCell, nameCell } from './columns.ts';
import { countsGenerations } from './generation.ts';
import type { Column, Kind, Subresource } from './kind.ts';
import type { Cell, KindModule } from './kind-module.ts';
import { modules } from './modules.ts';
import { dropStatus, keepingOnStatus, usualUpdate } from './strategy.ts';
import { schemaOf } from './structure.ts';
import { definitionName, type RawResource, structureTable } from './structure-table.ts';

const usualCells: Readonly<Record<string, Cell>> = {
  Name: nameCell,
  Age: ageCell,
  'Created At': createdAtCell,
};

const noCell: Cell = () => null;

const verbsAt = (index: number): readonly string[] => structureTable.verbs[index] ?? [];

function columnsOf(raw: RawResource, cells: Readonly<Record<string, Cell>>): Column[] {
  const given: RawResource['o'] = raw.o ?? [
    ['Name', 'string', 'name', 0],
    ['Age', 'string', '', 0],
  ];
  return given.map(([name, type, format, priority]) => ({
    name,
    type: type as Column['type'],
    format,
    description: describeColumn(name, raw.k),
    priority,
    cell: cells[name] ?? usualCells[name] ?? noCell,
  }));
}

function subresourcesOf(raw: RawResource): Record<string, Subresource> {
  return Object.fromEntries(
    (raw.u ?? []).map(([name, verbs, group, version, kind]) => [
      name,
      kind === undefined || group === undefined || version === undefined
        ? { verbs: verbsAt(verbs) }
        : { verbs: verbsAt(verbs), kind: { group, version, kind } },
    ]),
  );
}

/**
 * The create strategy of a kind with a status: the module's or none, and then a status as Go writes an empty one.
 * Strategies run after decoding, so nobody else would put the zero values back.
 */
function createStrategy(
  schemaOfKind: () => Schema,
  own: Kind['prepareForCreate'] = dropStatus,
): NonNullable<Kind['prepareForCreate']> {
  return (object, context) => {
    own(object, context);
    const status = schemaOfKind().fields?.['status'];
    if (object['status'] === undefined && status?.fields && status.pointer !== true)
      object['status'] = decode(status, {}).object;
  };
}

function updateStrategy(module: KindModule | undefined): NonNullable<Kind['prepareForUpdate']> {
  const update = module?.prepareForUpdate ?? usualUpdate;
  return module?.statusKeeps ? keepingOnStatus(update, module.statusKeeps) : update;
}

function rowOf(raw: RawResource, module: KindModule | undefined): Kind {
  const { cells = {}, ...behaviour } = module ?? { group: raw.g, resource: raw.r };
  let schema: Schema | undefined;
  const schemaOfKind = () => {
    schema ??= schemaOf(definitionName(raw.d));
    return schema;
  };
  const subresources = subresourcesOf(raw);
  const withStatus =
    'status' in subresources
      ? {
          prepareForUpdate: updateStrategy(module),
          prepareForCreate: createStrategy(schemaOfKind, module?.prepareForCreate),
        }
      : {};
  return {
    listKind: `${raw.k}List`,
    singular: raw.s,
    shortNames: raw.h ?? [],
    categories: raw.c ?? [],
    scope: raw.n === 1 ? 'Namespaced' : 'Cluster',
    subresources,
    generation: countsGenerations.has(`${raw.g}/${raw.r}`),
    ...behaviour,
    ...withStatus,
    group: raw.g,
    version: raw.v,
    kind: raw.k,
    resource: raw.r,
    verbs: verbsAt(raw.b),
    columns: columnsOf(raw, cells),
    get schema() {
      return schemaOfKind();
    },
  };
}

const moduleOf = (raw: RawResource): KindModule | undefined =>
  modules.find(
    ({ group, version, resource }) =>
      group === raw.g && resource === raw.r && (version === undefined || version === raw.v),
  );

/** Every resource that a Kubernetes 1.35 API server serves itself, in the order of discovery. Shared, never changed. */
export const builtinKinds: readonly Kind[] = structureTable.resources.map((raw) =>
  rowOf(raw, moduleOf(raw)),
);

/** The API groups in the order of discovery, each with its versions, preferred first. */
export const apiGroups: readonly { group: string; versions: readonly string[] }[] =
  structureTable.groups.map(([group, ...versions]) => ({ group, versions }));

const index = (key: (row: Kind) => string) => new Map(builtinKinds.map((row) => [key(row), row]));
const byKind = index(({ group, version, kind }) => `${group}/${version}/${kind}`);
const byResource = index(({ group, version, resource }) => `${group}/${version}/${resource}`);

/** The built-in row of a kind, `undefined` where there is none. */
export const kindOf = (group: string, version: string, kind: string): Kind | undefined =>
  byKind.get(`${group}/${version}/${kind}`);

/** The built-in row of a resource (plural), `undefined` where there is none. */
export const kindByResource = (
  group: string,
  version: string,
  resource: string,
): Kind | undefined => byResource.get(`${group}/${version}/${resource}`);
