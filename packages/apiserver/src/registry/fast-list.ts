import type { ApiResponse } from '@dormice/client';
import type { ListBytes } from '../fairness/list-bytes.ts';
import { bytesResponse } from '../respond/respond.ts';
import { joinedBody, joinedPieces, type ListAnswer } from './list-body.ts';
import type { ListPage } from './list-page.ts';
import { readAhead } from './read-ahead.ts';

/** A list that is read as pages of finished text. */
export interface FastList {
  pages: AsyncGenerator<ListPage>;
  form: Omit<ListAnswer, 'entries' | 'metadata'>;
  /** Made when it is known whether the list goes on. */
  metadata: (last: ListPage) => object;
  held: ListBytes;
  /** From so many bytes on it is sent while it is read. */
  streamFrom: number;
  /** Called with how many objects it had. */
  counted: (count: number) => void;
}

/** The answer, which releases `held` when it is there, or when it was sent. */
export async function answerFast(list: FastList): Promise<ApiResponse> {
  const { pages, held, streamFrom } = list;
  const first: ListPage[] = [];
  let bytes = 0;
  try {
    for (;;) {
      const { done, value } = await pages.next();
      if (done) return await wholeAnswer(list, first);
      held.add(value.bytes.length);
      first.push(value);
      bytes += value.bytes.length;
      if (bytes >= streamFrom) break;
    }
  } catch (error) {
    held.release();
    throw error;
  }
  const answer = bytesResponse(200, new Uint8Array());
  return { ...answer, body: streamed(list, first), document: () => held.release() };
}

async function wholeAnswer(
  { form, metadata, held, counted }: FastList,
  pages: readonly ListPage[],
): Promise<ApiResponse> {
  try {
    counted(countOf(pages));
    const last = pages.at(-1) ?? { bytes: new Uint8Array(), count: 0, revision: 0 };
    return bytesResponse(200, await joinedBody({ ...form, metadata: metadata(last) }, pages));
  } finally {
    held.release();
  }
}

const countOf = (pages: readonly ListPage[]): number =>
  pages.reduce((sum, { count }) => sum + count, 0);

async function* streamed(
  { pages, form, metadata, held, counted }: FastList,
  first: ListPage[],
): AsyncGenerator<Uint8Array> {
  let count = countOf(first);
  const [page] = first;
  if (!page) return;
  const { head, comma, tail } = joinedPieces({ ...form, metadata: metadata(page) });
  yield Buffer.concat([head, page.bytes]);
  for (const { bytes } of first.splice(0).slice(1)) {
    yield comma;
    yield bytes;
  }
  held.release();
  for await (const next of readAhead(pages, (bytes) => held.fits(bytes))) {
    count += next.count;
    if (next.count === 0) continue;
    yield comma;
    yield next.bytes;
  }
  counted(count);
  yield tail;
}
