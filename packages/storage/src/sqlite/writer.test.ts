import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from './open-sqlite-store.ts';
import { createSqliteWriter, type SqliteWriter } from './writer.ts';

describe('the writer thread', () => {
  let directory: string;
  let writer: SqliteWriter;
  let threads: Worker[];
  const onWorker = (worker: Worker) => void threads.push(worker);
  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'dormice-writer-'));
    threads = [];
    process.on('worker', onWorker);
    writer = createSqliteWriter();
  });
  afterEach(async () => {
    process.off('worker', onWorker);
    await writer.close();
    await rm(directory, { recursive: true });
  });
  const open = (name: string) => openSqliteStore({ file: path.join(directory, name), writer });
  const put = (key: string) => [{ key, expected: 0, value: () => new Uint8Array(10) }];

  it('is one for all stores', async () => {
    const stores = await Promise.all(['a', 'b', 'c'].map(open));
    await Promise.all(stores.map((store) => store.commit(put('/a'))));
    expect(threads).toHaveLength(1);
    await Promise.all(stores.map((store) => store.close()));
  });

  it('that dies fails what it was asked or has done it, and another takes over', async () => {
    const store = await open('a');
    await store.commit(put('/before'));
    const rounds = 15;
    for (let round = 0; round < rounds; round++) {
      const pending = Array.from({ length: 20 }, (_, n) => store.commit(put(`/${round}/${n}`)));
      const settled = Promise.allSettled(pending);
      for (let turn = 0; turn < round; turn++) await new Promise((next) => setImmediate(next));
      await threads[round]?.terminate();
      for (const [n, outcome] of (await settled).entries()) {
        const there = store.get(`/${round}/${n}`) !== undefined;
        expect(there, `/${round}/${n}`).toBe(outcome.status === 'fulfilled');
        if (outcome.status === 'rejected')
          expect(outcome.reason).toMatchObject({ code: 'WriteFailed' });
      }
      const revision = await store.commit(put(`/after/${round}`));
      expect(store.get(`/after/${round}`)?.revision).toBe(revision);
    }
    expect(threads).toHaveLength(rounds + 1);
    await store.close();
  });

  it('takes nothing once it is closed', async () => {
    const store = await open('a');
    await store.close();
    await writer.close();
    await expect(open('b')).rejects.toMatchObject({ code: 'Closed' });
  });
});
