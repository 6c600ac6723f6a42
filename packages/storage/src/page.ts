import type { Engine, Version } from './engine.ts';
import type { Entry, Key, Page, Range, Revision } from './store.ts';

/** What a key was, where that may differ from what the engine reads: `undefined` when it did not exist. */
export type Corrections = Map<Key, (() => Version) | undefined>;

/** Lists a range as of `revision`, from an engine whose newest state may be later. */
export function readPage(
  engine: Engine,
  range: Range,
  revision: Revision,
  corrections: Corrections,
  options: { limit: number; count: boolean },
): Page {
  const limit = options.limit > 0 ? options.limit : Number.POSITIVE_INFINITY;
  const entries = readCorrected(engine, range, corrections, limit + 1);
  if (entries.length <= limit) return { entries: entries.map(toEntry), revision };
  const next = entries[limit]?.key ?? range.end;
  const page: Page = { entries: entries.slice(0, limit).map(toEntry), revision, next };
  if (options.count) {
    page.remaining = countFrom(engine, { start: next, end: range.end }, corrections);
  }
  return page;
}

/** At least `wanted` entries, unless there are fewer: reads on where corrections took some away. */
function readCorrected(
  engine: Engine,
  range: Range,
  corrections: Corrections,
  wanted: number,
): Version[] {
  if (corrections.size === 0) return engine.scan(range, wanted);
  const restored = [...corrections].filter(([, version]) => version !== undefined);
  restored.sort(([a], [b]) => (a < b ? -1 : 1));
  const entries: Version[] = [];
  let taken = 0;
  let start = range.start;
  for (;;) {
    const asked = wanted - entries.length;
    const scanned = engine.scan({ start, end: range.end }, asked);
    for (const version of scanned) {
      taken = restore(entries, restored, taken, version.key);
      if (!corrections.has(version.key)) entries.push(version);
    }
    const last = scanned.at(-1);
    if (scanned.length < asked || last === undefined) {
      restore(entries, restored, taken, range.end);
      return entries;
    }
    if (entries.length >= wanted) return entries;
    start = `${last.key}\0`;
  }
}

/** Adds the restored entries up to and including a key; returns how many have been added by now. */
function restore(
  entries: Version[],
  restored: [Key, (() => Version) | undefined][],
  taken: number,
  upTo: Key,
): number {
  let next = taken;
  for (; next < restored.length; next++) {
    const [key, version] = restored[next] ?? [''];
    if (key > upTo) break;
    if (version) entries.push(version());
  }
  return next;
}

function countFrom(engine: Engine, range: Range, corrections: Corrections): number {
  let count = engine.count(range);
  for (const [key, version] of corrections) {
    if (key < range.start) continue;
    if (engine.exists(key)) count--;
    if (version !== undefined) count++;
  }
  return count;
}

const toEntry = ({ key, value, revision }: Version): Entry => ({ key, value, revision });
