import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openSqliteStore } from './open-sqlite-store.ts';
import { createSqliteWriter } from './writer.ts';

const writer = createSqliteWriter({ maxOpenFiles: 4 });
afterAll(() => writer.close());
let directory: string;
let file: string;
beforeEach(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'dormice-file-'));
  file = path.join(directory, 'deep', 'state.db');
});
afterEach(() => rmSync(directory, { recursive: true }));

const put = (key: string, expected = 0, size = 10) => ({
  key,
  expected,
  value: () => new Uint8Array(size),
});

describe('a state file', () => {
  it('and its side files are for their owner only', async () => {
    const store = await openSqliteStore({ file, writer });
    await store.commit([put('/a')]);
    for (const name of [file, `${file}-wal`, `${file}-shm`])
      expect(statSync(name).mode & 0o777, name).toBe(0o600);
    await store.close();
  });

  it('is opened by one store of the process at a time', async () => {
    const store = await openSqliteStore({ file, writer });
    await expect(openSqliteStore({ file, writer })).rejects.toThrow(/is open already/);
    await store.close();
    await (await openSqliteStore({ file, writer })).close();
  });

  it.each([
    ['that is no database', () => writeFileSync(file, 'kind: Pod\n'.repeat(100)), /no database/],
    ['of another program', () => sql('CREATE TABLE t (x)'), /another program/],
    ['of a newer format', () => sql('PRAGMA user_version = 7'), /format 7.*newer Dormice/],
  ])('%s is refused and left as it is', async (_name, damage, message) => {
    if (message.source.includes('newer')) await (await openSqliteStore({ file, writer })).close();
    else mkdirSync(path.dirname(file));
    damage();
    const before = statSync(file).mtimeMs;
    const refused = openSqliteStore({ file, writer });
    await expect(refused).rejects.toMatchObject({ code: 'Unreadable' });
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toThrow(file);
    expect(statSync(file).mtimeMs).toBe(before);
  });

  it('that cannot be made says why', async () => {
    writeFileSync(path.join(directory, 'deep'), 'in the way');
    await expect(openSqliteStore({ file, writer })).rejects.toThrow(/deep/);
  });

  it('that another process writes to is not written to', async () => {
    const store = await openSqliteStore({ file, writer });
    await store.commit([put('/a')]);
    const other = createSqliteWriter();
    const second = await openSqliteStore({ file, writer: other });
    await second.commit([put('/b')]);
    const refused = store.commit([put('/c')]);
    await expect(refused).rejects.toMatchObject({ code: 'WriteFailed' });
    await expect(refused).rejects.toThrow(/another process/);
    await Promise.all([store.close(), second.close()]);
    await other.close();
  });

  it('beyond its size limit takes no writes, is read on, and recovers', async () => {
    const store = await openSqliteStore({ file, writer, maxPages: 64 });
    await store.commit([put('/small')]);
    const large = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => store.commit([put(`/large/${index}`, 0, 60_000)])),
    );
    expect(large.some((outcome) => outcome.status === 'rejected')).toBe(true);
    for (const outcome of large)
      if (outcome.status === 'rejected')
        expect(outcome.reason).toMatchObject({
          code: 'WriteFailed',
          message: expect.stringContaining('the disk is full'),
        });
    const page = store.list({ start: '/', end: '0' });
    expect(page.entries).toHaveLength(1 + large.filter((o) => o.status === 'fulfilled').length);
    const before = store.revision;
    const next = await store.commit([put('/after')]);
    expect(next).toBeGreaterThan(before + 1);
    const events = [];
    for await (const event of store.watch(
      { start: '/', end: '0' },
      before,
      new AbortController().signal,
    )) {
      events.push(event.key);
      if (event.revision === next) break;
    }
    expect(events).toEqual(['/after']);
    await store.close();
  });

  it('is closed when many others are used and opens again by itself', async () => {
    const stores = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        openSqliteStore({ file: path.join(directory, `${index}.db`), writer }),
      ),
    );
    for (const round of [0, 1])
      for (const store of stores)
        await store.commit([put('/a', round === 0 ? 0 : store.get('/a')?.revision)]);
    const open = stores.filter((_, index) => exists(path.join(directory, `${index}.db-wal`)));
    expect(open.length).toBeLessThanOrEqual(5);
    for (const store of stores) expect(store.get('/a')?.revision).toBe(3);
    await Promise.all(stores.map((store) => store.close()));
  });
});

const exists = (name: string) => statSync(name, { throwIfNoEntry: false }) !== undefined;

function sql(text: string): void {
  const database = new DatabaseSync(file);
  database.exec(text);
  database.close();
}
