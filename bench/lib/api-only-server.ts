/**
 * One API server of ours as a process of its own: store, API and TLS, as kube-apiserver and etcd are. Prints one line of
 * JSON (where it listens and an administrator's keys) and serves until it is ended.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import { createApiServer, createClusterPki, issueClientCertificate } from '@dormice/apiserver';
import { createSqliteWriter, openSqliteStore } from '@dormice/storage';

const directory = process.argv[2];
if (directory === undefined) throw new Error('usage: api-only.ts DIRECTORY');
await mkdir(directory, { recursive: true });
const keys = path.join(directory, 'pki.json');

async function identity() {
  const known = await readFile(keys, 'utf8').catch(() => undefined);
  if (known !== undefined) return JSON.parse(known) as Awaited<ReturnType<typeof made>>;
  const fresh = await made();
  await writeFile(keys, JSON.stringify(fresh), { mode: 0o600 });
  return fresh;
}

async function made() {
  const pki = await createClusterPki({ name: 'bench', uid: 'bench-uid', sans: [] });
  const request = { username: 'admin', groups: ['system:masters'], days: 2 };
  return { pki, admin: await issueClientCertificate(pki, request) };
}

const { pki, admin } = await identity();
const writer = createSqliteWriter();
const store = await openSqliteStore({ file: path.join(directory, 'state.db'), writer });
const server = createApiServer({ store, pki });
await server.bootstrap();
const listener = net.createServer({ noDelay: true }, (socket) => server.accept(socket));
listener.listen(0, '127.0.0.1', () => {
  const { port } = listener.address() as net.AddressInfo;
  const target = {
    url: `https://127.0.0.1:${port}`,
    ca: pki.ca.certificate,
    cert: admin.certificate,
    key: admin.key,
  };
  process.stdout.write(`${JSON.stringify(target)}\n`);
});
process.once('SIGTERM', () => process.exit(0));
