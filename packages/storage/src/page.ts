import type { Engine, Version } from './engine.ts';
import type { Entry, Key, Page, Range, Revision } from './store.ts';

/**
 * Lists a range as of `revision`, from an engine whose newest state may be later: `corrections` says, for each key
 * that may differ, what it was.
 *
 * The scan reads as many more entries as corrections could take away, so that what is left fills the page.
 */
export function readPage(
  engine: Engine,
  range: Range,
  revision: Revision,
  corrections: Map<Key, Version | undefined>,
  options: { limit: number; count: boolean },
): Page {
  const limit = options.limit > 0 ? options.limit : Number.POSITIVE_INFINITY;
  const scanned = engine.scan(range, limit + corrections.size + 1);
  const entries = corrections.size === 0 ? scanned : correct(scanned, corrections);
  if (entries.length <= limit) return { entries: entries.map(toEntry), revision };
  const next = entries[limit]?.key ?? range.end;
  const page: Page = { entries: entries.slice(0, limit).map(toEntry), revision, next };
  if (options.count) {
    page.remaining = countFrom(engine, { start: next, end: range.end }, corrections);
  }
  return page;
}

function correct(scanned: Version[], corrections: Map<Key, Version | undefined>): Version[] {
  const kept = scanned.filter((entry) => !corrections.has(entry.key));
  const added = [...corrections.values()].filter((version) => version !== undefined);
  if (added.length === 0) return kept;
  return [...kept, ...added].sort((a, b) => (a.key < b.key ? -1 : 1));
}

function countFrom(engine: Engine, range: Range, corrections: Map<Key, Version | undefined>) {
  let count = engine.count(range);
  for (const [key, version] of corrections) {
    if (key < range.start) continue;
    if (engine.read(key) !== undefined) count--;
    if (version !== undefined) count++;
  }
  return count;
}

const toEntry = ({ key, value, revision }: Version): Entry => ({ key, value, revision });
