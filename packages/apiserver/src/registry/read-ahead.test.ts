import { describe, expect, it } from 'vitest';
import type { ListPage } from './list-page.ts';
import { readAhead } from './read-ahead.ts';

const page = (size: number): ListPage => ({ bytes: new Uint8Array(size), count: 1, revision: 1 });

/** Pages of half a window; tells how many were read, and whether they were let go. */
function source(count: number, failAt = Infinity) {
  const seen = { read: 0, ended: false };
  async function* pages(): AsyncGenerator<ListPage> {
    try {
      for (let index = 0; index < count; index += 1) {
        if (index === failAt) throw new Error('compacted');
        seen.read += 1;
        yield page(512 * 1024);
      }
    } finally {
      seen.ended = true;
    }
  }
  return { pages: pages(), seen };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('reading ahead', () => {
  it('gives all pages in their order', async () => {
    const { pages, seen } = source(9);
    let count = 0;
    for await (const { bytes } of readAhead(pages, () => false)) count += bytes.length / 524_288;
    expect([count, seen]).toEqual([9, { read: 9, ended: true }]);
  });

  it('reads no more than a window before the client takes it', async () => {
    const { pages, seen } = source(50);
    const reading = readAhead(pages, () => false);
    await reading.next();
    for (let index = 0; index < 10; index += 1) await turn();
    expect(seen.read).toBeLessThanOrEqual(4);
    await reading.return(undefined);
    expect(seen.ended).toBe(true);
  });

  it('passes on what came before a failure, and then the failure', async () => {
    const { pages } = source(5, 3);
    let count = 0;
    const all = async () => {
      for await (const { count: more } of readAhead(pages, () => false)) count += more;
    };
    await expect(all()).rejects.toThrow('compacted');
    expect(count).toBe(3);
  });
});
