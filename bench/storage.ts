/**
 * Storage alone: commits a second on SQLite with every write durable, by clients in parallel, lists a second, and what
 * one more idle store costs. `node bench/storage.ts [--stores 1000] [--seconds 3] [--directory DIR]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { createSqliteWriter, openSqliteStore, prefixRange, type Store } from '@dormice/storage';

const { values } = parseArgs({
  options: {
    stores: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '3' },
    directory: { type: 'string', default: os.tmpdir() },
  },
});
const seconds = Number(values.seconds);
const directory = await mkdtemp(path.join(values.directory, 'dormice-bench-'));
const value = new Uint8Array(2048).fill(120);
const rss = () => {
  globalThis.gc?.();
  return process.memoryUsage().rss / 1024 / 1024;
};
const row = (name: string, number: number, unit: string) =>
  console.log(`${name.padEnd(48)} ${number.toFixed(number < 10 ? 2 : 0).padStart(10)} ${unit}`);

/** Runs `work` by clients in parallel for the given seconds; returns how often a second it was done. */
async function rate(clients: number, work: (index: number) => unknown) {
  const start = performance.now();
  let done = 0;
  const client = async () => {
    while (performance.now() - start < seconds * 1000) {
      await work(done++);
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return (done * 1000) / (performance.now() - start);
}

async function throughput(store: Store): Promise<void> {
  let keys = 0;
  const create = () =>
    store.commit([{ key: `/core/pods/bench/${++keys}`, expected: 0, value: () => value }]);
  for (const clients of [1, 32, 256]) {
    const delays: number[] = [];
    const commits = await rate(clients, async () => {
      const before = performance.now();
      await create();
      delays.push(performance.now() - before);
    });
    delays.sort((a, b) => a - b);
    row(`creates of 2 KiB, ${clients} in parallel`, commits, '/s');
    row('  p50', delays[delays.length >> 1] ?? 0, 'ms');
    row('  p99', delays[Math.floor(delays.length * 0.99)] ?? 0, 'ms');
  }
  const update = async (index: number) => {
    const key = `/core/pods/bench/${(index % keys) + 1}`;
    const expected = store.get(key)?.revision ?? 0;
    await store.commit([{ key, expected, value: () => value }]);
  };
  row('read and update, 32 in parallel', await rate(32, update), '/s');
  const get = (index: number) => void store.get(`/core/pods/bench/${(index % keys) + 1}`);
  row('gets', await rate(1, get), '/s');
  const range = prefixRange('/core/pods/');
  row(
    'lists of 500',
    await rate(1, () => void store.list(range, { limit: 500, count: false })),
    '/s',
  );
  row(
    'lists of 500 with what remains',
    await rate(1, () => void store.list(range, { limit: 500 })),
    '/s',
  );
  const old = store.revision - 1000;
  row(
    'lists of 500, 1,000 revisions ago',
    await rate(1, () => void store.list(range, { limit: 500, at: old, count: false })),
    '/s',
  );
}

try {
  const writer = createSqliteWriter();
  const store = await openSqliteStore({ file: path.join(directory, 'one.db'), writer });
  await throughput(store);
  await store.close();
  await writer.close();

  const many = createSqliteWriter({ closeFilesAfter: 500 });
  const warm = await openSqliteStore({ file: path.join(directory, 'warm.db'), writer: many });
  await warm.commit([{ key: '/warm', expected: 0, value: () => value }]);
  const before = rss();
  const opening = performance.now();
  const stores: Store[] = [];
  for (let index = 0; index < Number(values.stores); index++) {
    const file = path.join(directory, `${index}.db`);
    const opened = await openSqliteStore({ file, writer: many });
    await opened.commit(
      Array.from({ length: 50 }, (_, key) => ({
        key: `/core/configmaps/ns/${key}`,
        expected: 0,
        value: () => value,
      })),
    );
    stores.push(opened);
  }
  row('stores made with 50 objects', (stores.length * 1000) / (performance.now() - opening), '/s');
  await new Promise((resolve) => setTimeout(resolve, 2000));
  row('one more idle store', ((rss() - before) * 1024) / stores.length, 'KiB RSS');
  const cpu = process.cpuUsage();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  const used = process.cpuUsage(cpu);
  row('all idle stores together', (used.user + used.system) / 1000 / seconds, 'mCPU');
  const waking = performance.now();
  for (const idle of stores) idle.get('/core/configmaps/ns/1');
  row('first read of an idle store', (performance.now() - waking) / stores.length, 'ms');
  await Promise.all([...stores, warm].map((opened) => opened.close()));
  await many.close();
} finally {
  await rm(directory, { recursive: true });
}
