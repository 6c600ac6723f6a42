import type { ListPage } from './list-page.ts';

/** So much is read ahead of a client that keeps up, bytes. */
const windowBytes = 1024 * 1024;
/**
 * A list is of one moment, which the store does not keep for ever. After so long the rest is read at once, however slow
 * the client is, milliseconds.
 */
const patienceMs = 2_000;

/**
 * Pages as the client takes them: what waits for it is read already, but not more than a little, so that a long list is
 * never whole in memory.
 *
 * @param fits may so many bytes wait for a slow client? If not, the list stays at its pace.
 */
export async function* readAhead(
  pages: AsyncIterator<ListPage>,
  fits: (bytes: number) => boolean,
): AsyncGenerator<ListPage> {
  const queue: ListPage[] = [];
  const began = performance.now();
  let bytes = 0;
  const state = { read: false, left: false };
  let failure: { error: unknown } | undefined;
  let arrived: () => void = () => undefined;
  let taken: () => void = () => undefined;

  const mayRead = (): boolean =>
    bytes < windowBytes || (performance.now() - began > patienceMs && fits(bytes));

  async function read(): Promise<void> {
    try {
      for (;;) {
        const { done, value } = await pages.next();
        if (done) break;
        queue.push(value);
        bytes += value.bytes.length;
        arrived();
        while (!mayRead() && !state.left) await takenOrLate();
        if (state.left) break;
      }
    } catch (error) {
      failure = { error };
    }
    state.read = true;
    arrived();
  }

  const takenOrLate = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, patienceMs);
      taken = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const reading = read();
  try {
    for (;;) {
      const page = queue.shift();
      if (page) {
        bytes -= page.bytes.length;
        taken();
        yield page;
      } else if (state.read) {
        break;
      } else {
        await new Promise<void>((resolve) => {
          arrived = resolve;
        });
      }
    }
    if (failure) throw failure.error;
  } finally {
    state.left = true;
    taken();
    await reading;
    await pages.return?.();
  }
}
