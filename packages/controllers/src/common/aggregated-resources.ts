import type { KubeObject } from '@dormice/apimachinery';
import { type Client, listAll, type Resource, readBody } from '@dormice/client';

const apiservices: Resource = {
  group: 'apiregistration.k8s.io',
  version: 'v1',
  resource: 'apiservices',
  kind: 'APIService',
  namespaced: false,
};

interface ApiService extends KubeObject {
  spec?: { group?: string; version?: string; versionPriority?: number; service?: object };
}

interface ResourceList {
  resources?: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
}

export interface Aggregated {
  resources: Resource[];
  /** Group versions whose server does not tell what it has. */
  silent: string[];
}

/** What servers behind APIServices have that can be listed and deleted: one version of each resource. */
export async function aggregatedResources(client: Client): Promise<Aggregated> {
  const services = (await listAll<ApiService>(client, apiservices))
    .filter(({ spec }) => spec?.service !== undefined)
    .sort((a, b) => (b.spec?.versionPriority ?? 0) - (a.spec?.versionPriority ?? 0));
  const found = new Map<string, Resource>();
  const silent: string[] = [];
  for (const { spec: { group = '', version = '' } = {} } of services) {
    const list = await resourcesOf(client, group, version);
    if (!list) silent.push(`${group}/${version}`);
    for (const { name, kind, namespaced, verbs } of list ?? []) {
      const usable = verbs.includes('list') && verbs.includes('delete') && !name.includes('/');
      const key = `${group}/${name}`;
      if (!usable || found.has(key)) continue;
      found.set(key, { group, version, resource: name, kind, namespaced });
    }
  }
  return { resources: [...found.values()], silent };
}

/** `undefined` when the server does not answer as it should. */
async function resourcesOf(
  client: Client,
  group: string,
  version: string,
): Promise<ResourceList['resources'] | undefined> {
  try {
    const answer = await client.transport.request({
      method: 'GET',
      path: `/apis/${group}/${version}`,
      query: new URLSearchParams(),
      headers: { accept: 'application/json' },
    });
    const text = new TextDecoder().decode(await readBody(answer.body));
    if (answer.status !== 200) return undefined;
    return (JSON.parse(text) as ResourceList).resources ?? [];
  } catch {
    return undefined;
  }
}
