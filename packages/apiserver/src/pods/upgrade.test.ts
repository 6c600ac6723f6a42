import https from 'node:https';
import net from 'node:net';
import { MemoryStore } from '@dormice/storage';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ApiServer, PodConnector } from '../api-server.ts';
import { createApiServer } from '../create-api-server.ts';
import type { ClusterPki, KeyPair } from '../pki/cluster-pki.ts';
import { createClusterPki, issueClientCertificate } from '../pki/create-pki.ts';
import { admin } from '../testing/test-server.ts';

const pods = '/api/v1/namespaces/default/pods';
const seen: string[] = [];

/** Switches protocols and says goodbye. */
const connector: PodConnector = {
  log: () => Promise.reject(new Error('not asked')),
  proxy: () => Promise.reject(new Error('not asked')),
  async upgrade(pod, subresource, { url }, socket) {
    seen.push(`${subresource} ${pod.metadata.name} ${url}`);
    socket.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nbye');
  },
};

let api: ApiServer;
let pki: ClusterPki;
let master: KeyPair;
let server: net.Server;
let port: number;

beforeAll(async () => {
  pki = await createClusterPki({ name: 'up', uid: 'uid-up', sans: [] });
  api = createApiServer({ store: new MemoryStore(), pki, pods: connector });
  await api.bootstrap();
  const request = (path: string, body: object) =>
    api.request({
      method: 'POST',
      path,
      query: new URLSearchParams(),
      headers: { 'content-type': 'application/json' },
      body: new TextEncoder().encode(JSON.stringify(body)),
      user: admin,
    });
  await request('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } });
  await request(pods, {
    metadata: { name: 'two' },
    spec: {
      containers: [
        { name: 'a', image: 'i' },
        { name: 'b', image: 'i' },
      ],
    },
  });
  master = await issueClientCertificate(pki, {
    username: 'admin',
    groups: ['system:masters'],
    days: 1,
  });
  server = net.createServer((socket) => api.accept(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ({ port } = server.address() as net.AddressInfo);
});

afterAll(async () => {
  server.close();
  await api.close();
});

interface Outcome {
  status: number;
  message: string;
}

function upgrade(path: string, certificate: KeyPair | undefined, method = 'GET'): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const sent = https.request({
      host: '127.0.0.1',
      port,
      path,
      method,
      agent: false,
      ca: pki.ca.certificate,
      servername: 'kubernetes',
      ...(certificate ? { cert: certificate.certificate, key: certificate.key } : {}),
      headers: { connection: 'Upgrade', upgrade: 'websocket' },
    });
    sent.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, message: '' });
    });
    sent.on('response', (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        body += piece;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, message: JSON.parse(body).message }),
      );
    });
    sent.on('error', reject);
    sent.end();
  });
}

describe('an upgrade', () => {
  it.each([
    [`${pods}/two/exec?command=sh&container=b`, 'exec two', 'container=b'],
    [`${pods}/two/portforward?ports=80`, 'portforward two', 'ports=80'],
  ])('of %s reaches the pod', async (path, target, query) => {
    expect((await upgrade(path, master)).status).toBe(101);
    expect(seen.at(-1)).toContain(target);
    expect(seen.at(-1)).toContain(query);
  });

  it.each([
    [`${pods}/no/exec?command=sh`, 404, 'pods "no" not found'],
    [
      `${pods}/two/exec?command=sh`,
      400,
      'a container name must be specified for pod two, choose one of: [a b]',
    ],
    [`${pods}/two/attach?container=c`, 400, 'container c is not valid for pod two'],
    [`${pods}/two`, 400, `${pods}/two cannot be upgraded`],
    ['/version', 404, 'the server could not find the requested resource'],
  ])('of %s is refused with %d', async (path, status, message) => {
    expect(await upgrade(path, master)).toEqual({ status, message });
  });

  it('needs the right to create, whatever the method', async () => {
    const reader = await issueClientCertificate(pki, { username: 'r', groups: [], days: 1 });
    const message =
      'pods "two" is forbidden: User "r" cannot create resource "pods/exec" in API group "" in the namespace "default"';
    for (const method of ['GET', 'POST']) {
      const outcome = await upgrade(`${pods}/two/exec?container=a`, reader, method);
      expect(outcome).toEqual({ status: 403, message });
    }
    const nobody = await upgrade(`${pods}/two/exec?container=a`, undefined);
    expect(nobody.message).toContain('User "system:anonymous" cannot create resource "pods/exec"');
  });

  it('is counted while it lasts only', async () => {
    await upgrade(`${pods}/two/exec?container=a`, master);
    await expect.poll(() => api.activity.inFlight).toBe(0);
  });
});
