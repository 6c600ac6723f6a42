import { describe, expect, it } from 'vitest';
import { testServer } from '../testing/test-server.ts';

const configmaps = '/api/v1/namespaces/default/configmaps';
const url = `${configmaps}/a`;

async function withConfigMap() {
  const server = await testServer();
  const made = await server.create(configmaps, { metadata: { name: 'a' }, data: { k: 'v' } });
  return { ...server, made };
}

describe('PUT', () => {
  it('replaces the object and keeps its identity', async () => {
    const { send, made } = await withConfigMap();
    const { status, body } = await send('PUT', url, {
      body: { metadata: { name: 'a' }, data: { other: 'x' } },
    });
    expect(status).toBe(200);
    expect(body['data']).toEqual({ other: 'x' });
    expect(body.metadata.uid).toBe(made.metadata.uid);
    expect(Number(body.metadata.resourceVersion)).toBeGreaterThan(
      Number(made.metadata.resourceVersion),
    );
  });

  it('writes nothing when nothing changes', async () => {
    const { send, made, store } = await withConfigMap();
    const before = store.revision;
    const { body } = await send('PUT', url, { body: made });
    expect(body).toEqual(made);
    expect(store.revision).toBe(before);
  });

  it('refuses a stale resourceVersion', async () => {
    const { send, made } = await withConfigMap();
    await send('PUT', url, { body: { metadata: { name: 'a' }, data: { x: 'y' } } });
    const { status, body } = await send('PUT', url, { body: { ...made, data: {} } });
    expect([status, body['reason'], body['message']]).toEqual([
      409,
      'Conflict',
      'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    ]);
  });

  it.each([
    [{}, 400, 'the name of the object (a based on URL) was undeterminable: name must be provided'],
    [{ name: 'b' }, 400, 'the name of the object (b) does not match the name on the URL (a)'],
    [{ name: 'a', resourceVersion: 'x' }, 500, 'strconv.ParseUint: parsing "x": invalid syntax'],
  ])('refuses metadata %j', async (metadata, status, message) => {
    const { send } = await withConfigMap();
    const answer = await send('PUT', url, { body: { metadata } });
    expect([answer.status, answer.body['message']]).toEqual([status, message]);
  });

  it('answers 404 for what is not there', async () => {
    const { send } = await testServer();
    const { body } = await send('PUT', `${configmaps}/zz`, { body: { metadata: { name: 'zz' } } });
    expect(body['message']).toBe('configmaps "zz" not found');
  });
});

describe('a deployment', () => {
  const deployments = '/apis/apps/v1/namespaces/default/deployments';
  const deployment = {
    metadata: { name: 'web' },
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: {
        metadata: { labels: { a: 'b' } },
        spec: { containers: [{ name: 'c', image: 'i' }] },
      },
    },
  };

  it('counts its generation when the spec changes, and only then', async () => {
    const { send, create } = await testServer();
    await create(deployments, deployment);
    const merge = (path: string, body: unknown) =>
      send('PATCH', `${deployments}/web${path}`, { body, type: 'application/merge-patch+json' });
    const generations = [
      await merge('', { spec: { replicas: 3 } }),
      await merge('', { metadata: { labels: { x: 'y' } } }),
      await merge('/status', { status: { replicas: 3 } }),
      await merge('', { spec: { replicas: 4 } }),
    ].map(({ body }) => body.metadata.generation);
    expect(generations).toEqual([2, 2, 2, 3]);
  });

  it('changes nothing but status through status, and everything else without it', async () => {
    const { send, create } = await testServer();
    await create(deployments, deployment);
    const body = { spec: { replicas: 5 }, status: { replicas: 2 } };
    const type = 'application/merge-patch+json';
    const status = await send('PATCH', `${deployments}/web/status`, { body, type });
    expect([status.body['spec'].replicas, status.body['status'].replicas]).toEqual([1, 2]);
    const main = await send('PATCH', `${deployments}/web`, { body: { ...body, status: {} }, type });
    expect([main.body['spec'].replicas, main.body['status'].replicas]).toEqual([5, 2]);
  });

  it('keeps owners of the spec when the status is put without it', async () => {
    const { send, create, clock } = await testServer();
    await create(deployments, deployment);
    clock.now = new Date(clock.now.getTime() + 1000);
    const { body } = await send('PUT', `${deployments}/web/status`, {
      body: { ...deployment, status: { replicas: 1 } },
      headers: { 'user-agent': 'kubelet/1' },
    });
    const entries = body.metadata.managedFields ?? [];
    expect(entries.map(({ manager, subresource }) => [manager, subresource])).toEqual([
      ['test', undefined],
      ['kubelet', 'status'],
    ]);
    expect(entries[1]?.fieldsV1).toEqual({ 'f:status': { 'f:replicas': {} } });
  });
});

describe('32 writers of one object', () => {
  const path = '/api/v1/namespaces/default/configmaps';
  const writers = Array.from({ length: 32 }, (_, index) => index);

  it('that read and replace it lose no update', async () => {
    const { send, create } = await testServer();
    await create(path, { metadata: { name: 'n' }, data: { n: '0' } });
    const increment = async (): Promise<void> => {
      const { body } = await send('GET', `${path}/n`);
      body['data'].n = String(Number(body['data'].n) + 1);
      const { status } = await send('PUT', `${path}/n`, { body });
      if (status === 409) return increment();
      expect(status).toBe(200);
    };
    await Promise.all(writers.map(increment));
    expect((await send('GET', `${path}/n`)).body['data'].n).toBe('32');
  });

  it('that patch it all get through', async () => {
    const { send, create } = await testServer();
    await create(path, { metadata: { name: 'n' } });
    const answers = await Promise.all(
      writers.map((index) =>
        send('PATCH', `${path}/n`, {
          type: 'application/merge-patch+json',
          body: { data: { [`k${index}`]: 'x' } },
        }),
      ),
    );
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(Object.keys((await send('GET', `${path}/n`)).body['data'])).toHaveLength(32);
  });
});
