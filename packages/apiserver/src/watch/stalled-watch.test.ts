import https from 'node:https';
import net from 'node:net';
import { MemoryStore } from '@dormice/storage';
import { expect, it } from 'vitest';
import { createApiServer } from '../create-api-server.ts';
import { createClusterPki, issueClientCertificate } from '../pki/create-pki.ts';
import { admin } from '../testing/test-server.ts';

const configMaps = '/api/v1/namespaces/default/configmaps';
const writes = 300;
const data = { a: 'x'.repeat(100_000) };

it('a watcher that reads nothing makes the server keep nothing for it, and goes on where it was', async () => {
  const pki = await createClusterPki({ name: 'w', uid: 'w', sans: [] });
  const api = createApiServer({ store: new MemoryStore(), pki });
  await api.bootstrap();
  const server = net.createServer((socket) => api.accept(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as net.AddressInfo;
  const { certificate: cert, key } = await issueClientCertificate(pki, {
    username: 'admin',
    groups: ['system:masters'],
    days: 1,
  });
  const ask = (method: 'GET' | 'POST', path: string, body?: object) =>
    api.request({
      method,
      path,
      query: new URLSearchParams(),
      headers: {},
      user: admin,
      ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }),
    });
  const sent = async (): Promise<number> => {
    const { body } = await ask('GET', '/metrics');
    const text = Buffer.from(body as Uint8Array).toString();
    return Number(/^apiserver_watch_events_total\{[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0);
  };
  const options = { ca: pki.ca.certificate, cert, key, servername: 'kubernetes' };
  const path = `${configMaps}?watch=true&resourceVersion=1`;
  const request = https.get({ ...options, port, host: '127.0.0.1', path, agent: false });
  const stream = await new Promise<import('node:http').IncomingMessage>((resolve, reject) => {
    request.on('response', resolve).on('error', reject);
  });
  try {
    for (let index = 0; index < writes; index += 1) {
      await ask('POST', configMaps, { metadata: { name: `c${index}` }, data });
      await new Promise((resolve) => setImmediate(resolve));
    }
    // What went out is what the sockets between hold; the rest stays in the store's log alone.
    expect(await sent()).toBeLessThan(writes / 2);
    let lines = 0;
    stream.setEncoding('utf8');
    for await (const piece of stream) {
      lines += String(piece).split('\n').length - 1;
      if (lines === writes) break;
    }
    expect(lines).toBe(writes);
  } finally {
    request.destroy();
    server.close();
    await api.close();
  }
});
