import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../store.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { createSqliteWriter } from './writer.ts';

const administer = (program: 'mount' | 'umount', ...args: string[]) =>
  execFileSync(program, args, { stdio: 'ignore' });

/** A file system of 2 MiB; only an administrator may mount one. */
const directory = mkdtempSync(path.join(os.tmpdir(), 'dormice-full-'));
const mounted = (() => {
  try {
    const options = ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', directory];
    administer('mount', ...options);
    return true;
  } catch {
    return false;
  }
})();

// Elsewhere the size limit of the file stands for the full disk (open-file.test.ts).
describe.skipIf(!mounted)('a real disk', () => {
  const writer = createSqliteWriter();
  let store: Store;
  const everything = { start: '/', end: '0' };
  const put = (key: string, size: number) => ({
    key,
    expected: store.get(key)?.revision ?? 0,
    value: () => new Uint8Array(size),
  });
  beforeAll(async () => {
    store = await openSqliteStore({ file: path.join(directory, 'state.db'), writer });
  });
  afterAll(async () => {
    await store.close().catch(() => undefined);
    await writer.close();
    administer('umount', '-l', directory);
    rmSync(directory, { recursive: true });
  });

  it('that is full refuses writes, is read on, and takes writes once there is space', async () => {
    await store.commit([put('/small', 100)]);
    const ballast = path.join(directory, 'ballast');
    try {
      writeFileSync(ballast, Buffer.alloc(4 * 1024 * 1024));
    } catch {
      // It filled the disk, as it should.
    }
    const failed = store.commit([put('/large', 500_000)]);
    await expect(failed).rejects.toMatchObject({ code: 'WriteFailed' });
    await expect(failed).rejects.toThrow(/state\.db: .*(full|disk)/);
    expect(store.list(everything).entries.map((entry) => entry.key)).toEqual(['/small']);
    rmSync(ballast);
    const revision = await store.commit([put('/large', 500_000)]);
    expect(store.get('/large')?.revision).toBe(revision);
  });

  it('that turns read-only refuses writes, is read on, and takes writes afterwards', async () => {
    // Only a file system without open files turns read-only.
    await store.close();
    store = await openSqliteStore({ file: path.join(directory, 'state.db'), writer });
    await writer.ask({ type: 'release', store: 2 });
    administer('mount', '-o', 'remount,ro', directory);
    try {
      const failed = store.commit([put('/other', 10)]);
      await expect(failed).rejects.toMatchObject({ code: 'WriteFailed' });
      expect(store.list(everything).entries).toHaveLength(2);
    } finally {
      administer('mount', '-o', 'remount,rw', directory);
    }
    await store.commit([put('/other', 10)]);
    expect(store.list(everything).entries).toHaveLength(3);
  });
});
