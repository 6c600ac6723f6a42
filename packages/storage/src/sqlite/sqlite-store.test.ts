import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll } from 'vitest';
import { describeStore } from '../store.conformance.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { createSqliteWriter } from './writer.ts';

const writer = createSqliteWriter();
afterAll(() => writer.close());

describeStore('SQLite store', async () => {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'dormice-storage-'));
  const file = path.join(directory, 'state.db');
  const store = await openSqliteStore({ file, writer });
  let current = store;
  return {
    store,
    reopen: async () => {
      await current.close();
      current = await openSqliteStore({ file, writer });
      return current;
    },
    remove: () => rm(directory, { recursive: true }),
  };
});
