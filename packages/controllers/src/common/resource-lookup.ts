import { type KubeObject, parseApiVersion } from '@dormice/apimachinery';
import { type Client, listAll, type Resource, resources } from '@dormice/client';
import { builtinKinds, type Kind } from '@dormice/kinds';

const asResource = ({ group, version, resource, kind, scope }: Kind): Resource => ({
  group,
  version,
  resource,
  kind,
  namespaced: scope === 'Namespaced',
});

let byName: ReadonlyMap<string, Resource> | undefined;
let byKind: ReadonlyMap<string, Resource> | undefined;

/** A built-in resource in its preferred version. */
export function resourceByName(group: string, plural: string): Resource | undefined {
  byName ??= firstOf((row) => `${row.group}/${row.resource}`);
  return byName.get(`${group}/${plural}`);
}

/** The first row of each key: discovery lists the preferred version first. */
function firstOf(key: (row: Kind) => string): Map<string, Resource> {
  const found = new Map<string, Resource>();
  for (const row of builtinKinds) {
    if (row.verbs.length > 0 && !found.has(key(row))) found.set(key(row), asResource(row));
  }
  return found;
}

/** The resource of a group and kind, built-in or by CRD; `undefined` where the cluster knows none. */
export async function resourceOfKind(
  client: Client,
  apiVersion: string,
  kind: string,
): Promise<Resource | undefined> {
  const { group } = parseApiVersion(apiVersion);
  byKind ??= firstOf((row) => `${row.group}/${row.kind}`);
  const builtin = byKind.get(`${group}/${kind}`);
  if (builtin) return builtin;
  if (!group.includes('.')) return undefined;
  return (await customResources(client)).find((row) => row.group === group && row.kind === kind);
}

/** The resource of a group and plural, built-in or by CRD. */
export async function findResource(
  client: Client,
  group: string,
  plural: string,
): Promise<Resource | undefined> {
  const builtin = resourceByName(group, plural);
  if (builtin || !group.includes('.')) return builtin;
  return (await customResources(client)).find(
    (row) => row.group === group && row.resource === plural,
  );
}

/** One version of everything whose objects can be listed and deleted. */
export async function allResources(client: Client): Promise<Resource[]> {
  const stored = new Map<string, Resource>();
  for (const row of builtinKinds) {
    if (!row.verbs.includes('list') || !row.verbs.includes('delete')) continue;
    const { group, resource } = row.storage ?? row;
    const name = `${group}/${resource}`;
    if (!stored.has(name)) stored.set(name, asResource(row));
  }
  return [...stored.values(), ...(await customResources(client))];
}

interface CustomResourceDefinition extends KubeObject {
  spec: {
    group: string;
    names: { plural: string; kind: string };
    scope: 'Namespaced' | 'Cluster';
    versions: { name: string; served: boolean; storage: boolean }[];
  };
}

async function customResources(client: Client): Promise<Resource[]> {
  const definitions = await listAll<CustomResourceDefinition>(
    client,
    resources.customresourcedefinitions,
  );
  return definitions.flatMap(({ spec }) => {
    const served = spec.versions.filter((version) => version.served);
    const version = served.find(({ storage }) => storage) ?? served[0];
    if (!version) return [];
    return {
      group: spec.group,
      version: version.name,
      resource: spec.names.plural,
      kind: spec.names.kind,
      namespaced: spec.scope === 'Namespaced',
    };
  });
}
