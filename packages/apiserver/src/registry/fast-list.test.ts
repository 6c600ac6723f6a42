import { beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../testing/test-server.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const table = 'application/json;as=Table;v=v1;g=meta.k8s.io';

describe('a list that is sent while it is read', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await testServer();
    for (let index = 0; index < 400; index += 1) {
      const name = `c${String(index).padStart(4, '0')}`;
      await server.create(configMaps, { metadata: { name }, data: { a: 'x'.repeat(2000) } });
    }
  });

  it('is the list that its pages make', async () => {
    const { body: whole } = await server.send('GET', configMaps);
    const items: unknown[] = [];
    let token = '';
    do {
      const url = `${configMaps}?limit=70&continue=${encodeURIComponent(token)}`;
      const { body } = await server.send('GET', url);
      items.push(...body['items']);
      token = String((body.metadata as { continue?: string }).continue ?? '');
    } while (token !== '');
    expect(whole['items']).toEqual(items);
    expect(whole.metadata).toEqual({ resourceVersion: expect.stringMatching(/^\d+$/) });
  });

  it('is of one moment, whatever is written meanwhile', async () => {
    const { body, document } = await server.raw('GET', configMaps);
    if (body instanceof Uint8Array) throw new Error('it was sent whole');
    let text = '';
    for await (const piece of body) {
      if (text === '') await server.send('DELETE', `${configMaps}/c0399`);
      text += Buffer.from(piece).toString();
    }
    document?.();
    const { items } = JSON.parse(text) as { items: { metadata: { name: string } }[] };
    expect(items.at(-1)?.metadata.name).toBe('c0399');
    await server.create(configMaps, { metadata: { name: 'c0399' }, data: { a: 'y' } });
  });

  it('has the rows of a table in their order', async () => {
    const { body } = await server.send('GET', configMaps, { accept: table });
    const names = body['rows'].map(({ cells }: { cells: unknown[] }) => cells[0]);
    expect(names).toEqual(Array.from({ length: 400 }, (_, i) => `c${String(i).padStart(4, '0')}`));
    expect(body['columnDefinitions']).toHaveLength(3);
  });

  it('gives its seats back when nobody reads it to the end', async () => {
    const { create, raw, send } = await testServer({ limits: { seats: 10 } });
    const user = { username: 'jane', groups: ['system:authenticated'] };
    await create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'jane' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'admin' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'jane' }],
    });
    for (let index = 0; index < 300; index += 1) {
      await create(configMaps, { metadata: { name: `c${index}` }, data: { a: 'x'.repeat(2000) } });
    }
    const seats = async (): Promise<string[]> => {
      const { body } = await send('GET', '/metrics');
      const line = /^apiserver_flowcontrol_current_executing_seats\{.*global-default.*/gm;
      return String(body['text']).match(line) ?? [];
    };
    for (let index = 0; index < 30; index += 1) {
      const { body, document, status } = await raw('GET', configMaps, { user });
      expect([status, body instanceof Uint8Array]).toEqual([200, false]);
      if (index % 2 === 0) for await (const _ of body as AsyncIterable<Uint8Array>) break;
      document?.();
    }
    expect(await seats()).toEqual([expect.stringMatching(/ 0$/)]);
  });
});
