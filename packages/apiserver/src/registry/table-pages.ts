import type { Kind } from '@dormice/kinds';
import type { Entry, Range, Revision, Stamp } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { Slices } from '../fairness/turns.ts';
import { encodeRows, type Row, rowOf } from '../table/row.ts';
import { RowCache } from '../table/row-cache.ts';
import type { ListPage } from './list-page.ts';
import { present } from './stored.ts';

/** Rows read at once: few while they must be made, more while they are known. */
const [smallestPage, largestPage] = [32, 512];
/** From so many on, missing rows are read together. */
const together = 4;

interface Wanted {
  /** 0: all. */
  limit: number;
  at: Revision | undefined;
}

/** Reads a range as rows of a table, in slices; all of one revision. Only objects that changed are parsed. */
export async function* tablePages(
  context: ServerContext,
  kind: Kind,
  range: Range,
  { limit, at }: Wanted,
): AsyncGenerator<ListPage> {
  const slices = new Slices(context);
  const cache = new RowCache(context, kind);
  const now = context.now();
  let size = smallestPage;
  let count = 0;
  let { start } = range;
  let revision = at;
  for (;;) {
    const wanted = limit > 0 ? Math.min(size, limit - count) : size;
    const isLast = limit > 0 && count + wanted === limit;
    const page = context.store.stamps(
      { start, end: range.end },
      { limit: wanted, count: isLast, ...(revision === undefined ? {} : { at: revision }) },
    );
    revision = page.revision;
    const known = page.stamps.map((stamp) => cache.get(stamp));
    const missing = page.stamps.filter((_, index) => known[index] === undefined);
    const read = entriesOf(context, missing, { start, end: page.next ?? range.end }, revision);
    const made = new Map<string, Row>();
    for (const entry of read) {
      const row = rowOf(kind, present(kind, entry.value));
      cache.set(entry, row);
      made.set(entry.key, row);
      const rest = slices.rest();
      if (rest) await rest;
    }
    const rows = page.stamps.flatMap(({ key }, index) => known[index] ?? made.get(key) ?? []);
    count += page.stamps.length;
    const { next, remaining } = page;
    const done = next !== undefined && count === limit;
    yield {
      bytes: encodeRows(rows, now),
      count: page.stamps.length,
      revision,
      ...(done ? { next } : {}),
      ...(done && remaining !== undefined ? { remaining } : {}),
    };
    if (next === undefined || done) return;
    start = next;
    size = missing.length > 0 ? smallestPage : Math.min(largestPage, size * 2);
    const rest = slices.rest();
    if (rest) await rest;
  }
}

/** The entries whose rows must be made: one by one, or with all of their page. */
function entriesOf(
  { store }: ServerContext,
  missing: readonly Stamp[],
  range: Range,
  at: Revision,
): Entry[] {
  if (missing.length === 0) return [];
  if (missing.length < together) {
    return missing.flatMap(({ key }) => store.get(key, at) ?? []);
  }
  const wanted = new Set(missing.map(({ key }) => key));
  return store.list(range, { at, count: false }).entries.filter(({ key }) => wanted.has(key));
}
