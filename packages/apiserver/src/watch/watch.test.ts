import { describe, expect, it } from 'vitest';
import { framesOf, testServer } from '../testing/test-server.ts';

const configmaps = '/api/v1/namespaces/default/configmaps';
const merge = 'application/merge-patch+json';
type Frames = Awaited<ReturnType<typeof framesOf>>;
const brief = (frames: Frames) => frames.map(({ type, object }) => [type, object.metadata.name]);

async function withWatch(query: string, count: number, accept?: string) {
  const server = await testServer();
  await server.create(configmaps, { metadata: { name: 'old', labels: { a: 'b' } } });
  const response = await server.raw('GET', `${configmaps}?watch=true${query}`, {
    ...(accept === undefined ? {} : { accept }),
  });
  const frames = framesOf(response, count);
  // The stream begins with its first reading.
  await new Promise((resolve) => setImmediate(resolve));
  const label = (name: string, a: string | null) =>
    server.send('PATCH', `${configmaps}/${name}`, {
      body: { metadata: { labels: { a } } },
      type: merge,
    });
  return { ...server, frames, label };
}

describe('a watch', () => {
  it('begins with what is there and goes on with what happens', async () => {
    const { frames, create, label, send } = await withWatch('', 4);
    await create(configmaps, { metadata: { name: 'new' } });
    await label('new', 'x');
    await send('DELETE', `${configmaps}/new`);
    expect(brief(await frames)).toEqual([
      ['ADDED', 'old'],
      ['ADDED', 'new'],
      ['MODIFIED', 'new'],
      ['DELETED', 'new'],
    ]);
  });

  it('resumes after a revision and misses nothing', async () => {
    const server = await testServer();
    const { metadata } = await server.create(configmaps, { metadata: { name: 'a' } });
    await server.create(configmaps, { metadata: { name: 'b' } });
    await server.send('DELETE', `${configmaps}/a`);
    const response = await server.raw(
      'GET',
      `${configmaps}?watch=1&resourceVersion=${metadata.resourceVersion}`,
    );
    expect(brief(await framesOf(response, 2))).toEqual([
      ['ADDED', 'b'],
      ['DELETED', 'a'],
    ]);
  });

  it('shows objects that enter and leave a selection as added and deleted', async () => {
    const { frames, create, label } = await withWatch('&labelSelector=a=b', 4);
    await create(configmaps, { metadata: { name: 'other' } });
    await label('other', 'b');
    await label('other', null);
    await label('old', 'c');
    const got = await frames;
    expect(brief(got)).toEqual([
      ['ADDED', 'old'],
      ['ADDED', 'other'],
      ['DELETED', 'other'],
      ['DELETED', 'old'],
    ]);
    const [, entered, left] = got;
    expect(left?.object.metadata.labels).toEqual({ a: 'b' });
    expect(Number(left?.object.metadata.resourceVersion)).toBeGreaterThan(
      Number(entered?.object.metadata.resourceVersion),
    );
  });

  it('follows one name', async () => {
    const { frames, create, send } = await withWatch('&fieldSelector=metadata.name=x', 2);
    await create(configmaps, { metadata: { name: 'y' } });
    await create(configmaps, { metadata: { name: 'x' } });
    await send('DELETE', `${configmaps}/x`);
    expect(brief(await frames)).toEqual([
      ['ADDED', 'x'],
      ['DELETED', 'x'],
    ]);
  });

  it('marks the end of its initial events', async () => {
    const query =
      '&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true';
    const { frames } = await withWatch(query, 2);
    const [, bookmark] = await frames;
    expect(bookmark).toMatchObject({
      type: 'BOOKMARK',
      object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } },
    });
  });

  it('begins with news when initial events are not wanted', async () => {
    const query = '&sendInitialEvents=false&resourceVersionMatch=NotOlderThan';
    const { frames, create } = await withWatch(query, 1);
    await create(configmaps, { metadata: { name: 'new' } });
    expect(brief(await frames)).toEqual([['ADDED', 'new']]);
  });

  it('describes the columns of tables once', async () => {
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io';
    const { frames, create } = await withWatch('', 2, accept);
    await create(configmaps, { metadata: { name: 'new' } });
    const columns = (await frames).map(({ object }) => object['columnDefinitions'] !== null);
    expect(columns).toEqual([true, false]);
  });

  it('ends after timeoutSeconds, with a bookmark when they are taken', async () => {
    const server = await testServer();
    const response = await server.raw(
      'GET',
      `${configmaps}?watch=1&timeoutSeconds=1&allowWatchBookmarks=true&resourceVersion=${server.store.revision}`,
    );
    expect(await framesOf(response, 9)).toEqual([
      {
        type: 'BOOKMARK',
        object: {
          kind: 'ConfigMap',
          apiVersion: 'v1',
          metadata: { resourceVersion: String(server.store.revision) },
        },
      },
    ]);
    expect(server.server.activity.watches).toBe(0);
  });

  it('answers 410 from a revision that is forgotten, or that never was', async () => {
    const { create, store, raw, send } = await testServer();
    await create(configmaps, { metadata: { name: 'a' } });
    await send('DELETE', `${configmaps}/a`);
    await store.compact(store.revision);
    for (const [revision, message] of [
      ['1', /^too old resource version: 1 \(\d+\)$/],
      ['99999', /^too large resource version: 99999, current: \d+$/],
    ] as const) {
      const response = await raw('GET', `${configmaps}?watch=1&resourceVersion=${revision}`);
      const [frame] = await framesOf(response, 1);
      expect(frame).toMatchObject({
        type: 'ERROR',
        object: { code: 410, reason: 'Expired', message: expect.stringMatching(message) },
      });
    }
  });

  it('ends when its client or the server goes', async () => {
    const { raw, server } = await testServer();
    const abort = new AbortController();
    const first = framesOf(await raw('GET', `${configmaps}?watch=1`, { signal: abort.signal }), 1);
    const second = framesOf(await raw('GET', `${configmaps}?watch=1`), 1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(server.activity.watches).toBe(2);
    abort.abort();
    expect(await first).toEqual([]);
    await server.close();
    expect(await second).toEqual([]);
    expect(server.activity.watches).toBe(0);
  });

  it.each([
    [
      'sendInitialEvents=true',
      'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    ],
    [
      'resourceVersionMatch=NotOlderThan',
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    ],
  ])('refuses %s alone', async (query, why) => {
    const { send } = await testServer();
    const { status, body } = await send('GET', `${configmaps}?watch=1&${query}`);
    expect([status, body['message']]).toEqual([
      422,
      `ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: ${why}`,
    ]);
  });
});
