import type { ApiRequest, Client } from '@dormice/client';
import { describe, expect, it } from 'vitest';
import { aggregatedResources } from './aggregated-resources.ts';

const service = (group: string, version: string, versionPriority: number, remote = true) => ({
  metadata: { name: `${version}.${group}` },
  spec: { group, version, versionPriority, ...(remote ? { service: { name: 's' } } : {}) },
});
const row = (name: string, verbs = ['delete', 'list']) => ({
  name,
  kind: 'K',
  namespaced: true,
  verbs,
});

/** APIServices as they are listed, and what each path answers. */
function clientOf(items: object[], answers: Record<string, object>): Client {
  return {
    list: () => Promise.resolve({ metadata: {}, items }),
    transport: {
      request: ({ path }: ApiRequest) => {
        const answer = answers[path];
        const body = new TextEncoder().encode(JSON.stringify(answer ?? {}));
        return Promise.resolve({ status: answer ? 200 : 503, headers: {}, body });
      },
    },
  } as unknown as Client;
}

describe('resources of aggregated servers', () => {
  it('are those that can be listed and deleted, in the version of the highest priority', async () => {
    const services = [
      service('a.b', 'v1beta1', 5),
      service('a.b', 'v1', 10),
      service('apps', 'v1', 15, false),
    ];
    const resources = [row('xs'), row('xs/status'), row('ys', ['get', 'list'])];
    const client = clientOf(services, {
      '/apis/a.b/v1': { resources },
      '/apis/a.b/v1beta1': { resources: [row('xs'), row('zs')] },
    });
    expect(await aggregatedResources(client)).toEqual({
      resources: [
        { group: 'a.b', version: 'v1', resource: 'xs', kind: 'K', namespaced: true },
        { group: 'a.b', version: 'v1beta1', resource: 'zs', kind: 'K', namespaced: true },
      ],
      silent: [],
    });
  });

  it('tell of a server that does not answer', async () => {
    const client = clientOf([service('a.b', 'v1', 5)], {});
    expect(await aggregatedResources(client)).toEqual({ resources: [], silent: ['a.b/v1'] });
  });
});
