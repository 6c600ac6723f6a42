import type { JoinOptions, Range, Revision } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import type { ListBytes } from '../fairness/list-bytes.ts';
import { Slices } from '../fairness/turns.ts';

/** Items with commas between them, page by page. */
export interface JoinedPages {
  pages: Uint8Array[];
  count: number;
  revision: Revision;
}

/** About a slice's work, bytes. Pages begin small: nobody knows how large the first objects are. */
const pageBytes = 256 * 1024;
const [firstPage, largestPage] = [16, 512];

/** Reads a whole range, in slices, without taking the objects apart; all pages are of one revision. */
export async function readJoined(
  context: ServerContext,
  range: Range,
  {
    at,
    replace,
    held,
  }: { at: Revision | undefined; replace: JoinOptions['replace']; held: ListBytes },
): Promise<JoinedPages> {
  const slices = new Slices(context);
  const pages: Uint8Array[] = [];
  let count = 0;
  let { start } = range;
  let revision = at;
  let limit = firstPage;
  for (;;) {
    const page = context.store.join(
      { start, end: range.end },
      { limit, replace, ...(revision === undefined ? {} : { at: revision }) },
    );
    revision = page.revision;
    count += page.count;
    held.add(page.bytes.length);
    if (page.count > 0) pages.push(page.bytes);
    if (page.next === undefined) return { pages, count, revision };
    start = page.next;
    limit = limitFor(page.bytes.length / page.count);
    const rest = slices.rest();
    if (rest) await rest;
  }
}

const limitFor = (size: number): number =>
  Math.max(1, Math.min(largestPage, Math.floor(pageBytes / size)));
