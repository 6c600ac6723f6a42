import type { KubeObject } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

const configmaps = '/api/v1/namespaces/default/configmaps';
const names = (list: KubeObject): string[] =>
  list['items'].map((item: KubeObject) => item.metadata.name);

async function withConfigMaps(count: number) {
  const server = await testServer();
  for (let at = 0; at < count; at += 1) {
    const labels = { parity: at % 2 === 0 ? 'even' : 'odd' };
    await server.create(configmaps, { metadata: { name: `c${at}`, labels } });
  }
  return server;
}

describe('GET of a collection', () => {
  it('comes in pages of one moment, whatever happens meanwhile', async () => {
    const { send, create } = await withConfigMaps(5);
    const first = await send('GET', `${configmaps}?limit=2`);
    expect(names(first.body)).toEqual(['c0', 'c1']);
    expect(first.body.metadata).toMatchObject({ remainingItemCount: 3 });
    await create(configmaps, { metadata: { name: 'c2a' } });
    await send('DELETE', `${configmaps}/c4`);
    const more = async (page: KubeObject) => {
      const { continue: token } = page.metadata as unknown as { continue: string };
      return (await send('GET', `${configmaps}?limit=2&continue=${token}`)).body;
    };
    const second = await more(first.body);
    const third = await more(second);
    expect([names(second), names(third)]).toEqual([['c2', 'c3'], ['c4']]);
    expect(third.metadata.resourceVersion).toBe(first.body.metadata.resourceVersion);
    expect(third.metadata).not.toHaveProperty('continue');
  });

  it('comes as a table that shows what changed, page by page, and the past as it was', async () => {
    const { send } = await withConfigMaps(5);
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const table = async (query = '') =>
      (await send('GET', `${configmaps}${query}`, { accept })).body;
    const counts = (body: KubeObject) =>
      body['rows'].map(({ cells }: { cells: unknown[] }) => cells.slice(0, 2).join(' '));
    const before = await table();
    expect(counts(before)).toEqual(['c0 0', 'c1 0', 'c2 0', 'c3 0', 'c4 0']);
    const { body: c1 } = await send('GET', `${configmaps}/c1`);
    await send('PUT', `${configmaps}/c1`, { body: { ...c1, data: { a: 'b' } } });
    await send('DELETE', `${configmaps}/c3`);
    expect(counts(await table())).toEqual(['c0 0', 'c1 1', 'c2 0', 'c4 0']);
    const { resourceVersion } = before.metadata;
    const past = `?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`;
    expect(counts(await table(past))).toEqual(counts(before));
    const first = await table('?limit=3');
    expect(counts(first)).toEqual(['c0 0', 'c1 1', 'c2 0']);
    expect(first.metadata).toMatchObject({ remainingItemCount: 1 });
    const { continue: token } = first.metadata as unknown as { continue: string };
    expect(counts(await table(`?limit=3&continue=${token}`))).toEqual(['c4 0']);
  });

  it('counts nothing that is left when a selector looks for matches', async () => {
    const { send } = await withConfigMaps(5);
    const page = await send('GET', `${configmaps}?limit=2&labelSelector=parity=even`);
    expect(names(page.body)).toEqual(['c0', 'c2']);
    expect(page.body.metadata).not.toHaveProperty('remainingItemCount');
    expect(page.body.metadata).toHaveProperty('continue');
  });

  it('takes what selectors take', async () => {
    const { send } = await withConfigMaps(3);
    const ask = async (query: string) => names((await send('GET', `${configmaps}?${query}`)).body);
    expect(await ask('labelSelector=parity%20in%20(odd)')).toEqual(['c1']);
    expect(await ask('labelSelector=parity!=odd')).toEqual(['c0', 'c2']);
    expect(await ask('fieldSelector=metadata.name=c2')).toEqual(['c2']);
    expect(await ask('fieldSelector=metadata.name!=c2')).toEqual(['c0', 'c1']);
  });

  it('shows a moment of the past', async () => {
    const { send } = await withConfigMaps(2);
    const { body } = await send('GET', configmaps);
    await send('DELETE', `${configmaps}/c0`);
    const query = `resourceVersion=${body.metadata.resourceVersion}&resourceVersionMatch=Exact`;
    expect(names((await send('GET', `${configmaps}?${query}`)).body)).toEqual(['c0', 'c1']);
  });

  it('says so when the moment is forgotten', async () => {
    const { send, store } = await withConfigMaps(3);
    const { body } = await send('GET', `${configmaps}?limit=1`);
    const { continue: token, resourceVersion } = body.metadata as unknown as Record<string, string>;
    await send('DELETE', `${configmaps}/c0`);
    await store.compact(store.revision);
    const exact = `resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`;
    const past = await send('GET', `${configmaps}?${exact}`);
    expect([past.status, past.body['reason'], past.body['message']]).toEqual([
      410,
      'Expired',
      'The resourceVersion for the provided list is too old.',
    ]);
    const next = await send('GET', `${configmaps}?limit=1&continue=${token}`);
    expect([next.status, next.body['reason']]).toEqual([410, 'Expired']);
  });

  // Answers of a kube-apiserver 1.35.
  it.each([
    [
      'fieldSelector=a=b',
      400,
      '"a" is not a known field selector: only "metadata.name", "metadata.namespace"',
    ],
    [
      'labelSelector=a%20b',
      400,
      "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
    ],
    [
      'resourceVersion=abc',
      400,
      'invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ],
    ['limit=abc', 400, 'strconv.ParseInt: parsing "abc": invalid syntax'],
    [
      'resourceVersionMatch=Exact',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      'resourceVersionMatch=Foo&resourceVersion=1',
      422,
      'ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "Foo": supported values: "Exact", "NotOlderThan", ""',
    ],
    [
      'resourceVersion=999999',
      504,
      expect.stringMatching(/^Timeout: Too large resource version: 999999, current: \d+$/),
    ],
  ])('refuses %s with %i', async (query, status, message) => {
    const { send } = await testServer();
    const answer = await send('GET', `${configmaps}?${query}`);
    expect([answer.status, answer.body['message']]).toEqual([status, message]);
  });

  it('comes as a table', async () => {
    const { send } = await withConfigMaps(1);
    const { body } = await send('GET', configmaps, {
      accept: 'application/json;as=Table;v=v1;g=meta.k8s.io',
    });
    expect(body).toMatchObject({ kind: 'Table', apiVersion: 'meta.k8s.io/v1' });
    expect(body['columnDefinitions'].map(({ name }: { name: string }) => name)).toEqual([
      'Name',
      'Data',
      'Age',
    ]);
    expect(body['rows'][0]).toMatchObject({
      cells: ['c0', 0, '0s'],
      object: { kind: 'PartialObjectMetadata', metadata: { name: 'c0' } },
    });
  });

  it('comes as metadata only', async () => {
    const { send } = await withConfigMaps(1);
    const { body } = await send('GET', configmaps, {
      accept: 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io',
    });
    expect(body.kind).toBe('PartialObjectMetadataList');
    expect(Object.keys(body['items'][0]).sort()).toEqual(['apiVersion', 'kind', 'metadata']);
  });
});

describe('GET of an object', () => {
  it('comes as YAML', async () => {
    const { send } = await withConfigMaps(1);
    const { headers, body } = await send('GET', `${configmaps}/c0`, { accept: 'application/yaml' });
    expect(headers['content-type']).toBe('application/yaml');
    expect(body['text']).toMatch(/^apiVersion: v1\nkind: ConfigMap\nmetadata:\n {2}creationT/);
  });

  it.each([
    ['/api/v1/pods/x', 404, 'the server could not find the requested resource'],
    ['/api/v1/namespaces/default/foos', 404, 'the server could not find the requested resource'],
    ['/api/v1/namespaces/default/nodes', 404, 'the server could not find the requested resource'],
    [
      '/api/v1/namespaces/default/pods/x/foo',
      404,
      'the server could not find the requested resource',
    ],
  ])('%s is 404', async (path, status, message) => {
    const { send } = await testServer();
    const answer = await send('GET', path);
    expect([answer.status, answer.body['message']]).toEqual([status, message]);
  });

  it('answers in plain text where no API is', async () => {
    const { send } = await testServer();
    for (const path of ['/nope', '/apis/foo/v1', '/apis/foo/v1/bars']) {
      expect((await send('GET', path)).body['text']).toBe('404 page not found\n');
    }
  });

  it('reads a Namespace by its name', async () => {
    const { send } = await testServer();
    const { body } = await send('GET', '/api/v1/namespaces/default');
    expect(body['status']).toEqual({ phase: 'Active' });
  });
});
