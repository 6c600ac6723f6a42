import type { JoinOptions, Range, Revision } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { Slices } from '../fairness/turns.ts';
import type { ListPage } from './list-page.ts';

/** About a slice's work, bytes. Pages begin small: nobody knows how large the first objects are. */
const pageBytes = 128 * 1024;
const [firstPage, largestPage] = [16, 512];

/** Reads a whole range, in slices, without taking the objects apart; all pages are of one revision. */
export async function* joinedPages(
  context: ServerContext,
  range: Range,
  { at, replace }: { at: Revision | undefined; replace: JoinOptions['replace'] },
): AsyncGenerator<ListPage> {
  const slices = new Slices(context);
  let { start } = range;
  let revision = at;
  let limit = firstPage;
  for (;;) {
    const page = context.store.join(
      { start, end: range.end },
      { limit, replace, ...(revision === undefined ? {} : { at: revision }) },
    );
    revision = page.revision;
    yield { bytes: page.bytes, count: page.count, revision };
    if (page.next === undefined) return;
    start = page.next;
    limit = limitFor(page.bytes.length / page.count);
    const rest = slices.rest();
    if (rest) await rest;
  }
}

const limitFor = (size: number): number =>
  Math.max(1, Math.min(largestPage, Math.floor(pageBytes / size)));
