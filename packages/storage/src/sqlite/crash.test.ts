import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Event, type Store, StoreError } from '../store.ts';
import { openSqliteStore } from './open-sqlite-store.ts';
import { createSqliteWriter } from './writer.ts';

/** `DORMICE_CRASH_ROUNDS=500` for a long run. */
const rounds = Number(process.env['DORMICE_CRASH_ROUNDS'] ?? 24);
const child = fileURLToPath(new URL('./crash-child.ts', import.meta.url));
const everything = { start: '/', end: '0' };
const decoder = new TextDecoder();
const lineOf = (event: Event) => `${event.type} ${event.key} ${decoder.decode(event.value)}`;

let directory: string;
const writer = createSqliteWriter();
beforeAll(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'dormice-crash-'));
});
afterAll(async () => {
  await writer.close();
  await rm(directory, { recursive: true });
});

/** Lets a child write and kills it `delay` milliseconds after it opened the store. Returns its lines. */
async function writeAndKill(
  file: string,
  args: (string | number)[],
  delay: number,
): Promise<string[]> {
  const journal = path.join(directory, `journal-${args.at(-1)}`);
  const process_ = spawn(process.execPath, [child, file, journal, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process_.stdout.once('data', () => setTimeout(() => process_.kill('SIGKILL'), delay));
  const signal = await new Promise((resolve) => process_.on('close', (_code, by) => resolve(by)));
  expect(signal).toBe('SIGKILL');
  const output = await readFile(journal, 'utf8');
  return output.split('\n').slice(0, -1);
}

/** Events after a revision up to the newest. */
async function eventsAfter(store: Store, after: number): Promise<Event[]> {
  const events: Event[] = [];
  if (after >= store.revision) return events;
  for await (const event of store.watch(everything, after, new AbortController().signal)) {
    events.push(event);
    if (event.revision === store.revision) break;
  }
  return events;
}

it(`${rounds} kills at random moments lose nothing that was acknowledged and use no revision twice`, {
  timeout: 10_000 + rounds * 5000,
}, async () => {
  const file = path.join(directory, 'state.db');
  /** What a revision was, over all rounds: as somebody saw it. */
  const known = new Map<number, string>();
  let compactedWatches = 0;
  for (let round = 0; round < rounds; round++) {
    const delay = Math.floor(Math.random() * (round % 4 === 0 ? 20 : 250));
    const keep = round % 3 === 0 ? 100 : 100_000;
    const clients = [1, 8, 32][round % 3] ?? 1;
    const lines = await writeAndKill(file, [keep, clients, `r${round}`], delay);
    const seen = new Map<number, string>();
    const acknowledged = new Map<number, string>();
    let opened = 0;
    for (const line of lines) {
      const [what, number, type, key, ...rest] = line.split(' ');
      const revision = Number(number);
      if (what === 'open') opened = revision;
      if (what === 'event') seen.set(revision, `${type} ${key} ${rest.join(' ')}`);
      if (what === 'acknowledged') acknowledged.set(revision, `${type} ${key}`);
    }
    for (const revision of [...seen.keys(), ...acknowledged.keys()]) {
      expect(revision, 'a revision of an earlier round is used again').toBeGreaterThan(opened);
      expect(known.has(revision)).toBe(false);
    }

    const store = await openSqliteStore({ file, writer });
    try {
      expect(store.revision).toBeGreaterThanOrEqual(Math.max(opened, ...acknowledged.keys()));
      const history = new Map<number, string>();
      const from = Math.max(store.compacted, opened);
      for (const event of await eventsAfter(store, from))
        history.set(event.revision, lineOf(event));
      for (const [revision, text] of acknowledged) {
        const stored = history.get(revision) ?? (revision <= from ? seen.get(revision) : '');
        expect(stored?.startsWith(text), `revision ${revision}: ${text}`).toBe(true);
      }
      for (const [revision, text] of seen)
        if (revision > from) expect(history.get(revision)).toBe(text);
      for (const [revision, text] of [...seen, ...history]) known.set(revision, text);

      const resumed = await eventsAfter(store, opened).catch((error: unknown) => {
        if (!(error instanceof StoreError && error.code === 'Compacted')) throw error;
        compactedWatches++;
        return undefined;
      });
      if (resumed) {
        const revisions = resumed.map((event) => event.revision);
        expect(revisions).toEqual(
          Array.from({ length: store.revision - opened }, (_, index) => opened + 1 + index),
        );
      }
      const past = store.list(everything, { at: from });
      const replayed = new Map(past.entries.map((e) => [e.key, decoder.decode(e.value)]));
      for (const event of await eventsAfter(store, from)) {
        if (event.type === 'put') replayed.set(event.key, decoder.decode(event.value));
        else replayed.delete(event.key);
      }
      const now = store.list(everything).entries.map((e) => [e.key, decoder.decode(e.value)]);
      expect(now).toEqual([...replayed].sort(([a = ''], [b = '']) => (a < b ? -1 : 1)));
    } finally {
      await store.close();
    }
  }
  console.log(`${known.size} revisions, ${compactedWatches} watches told that they are too old`);
  expect(known.size).toBeGreaterThan(rounds);
});
