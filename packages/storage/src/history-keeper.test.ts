import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HistoryKeeper } from './history-keeper.ts';
import { MemoryStore } from './memory-store.ts';

describe('history', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const write = (store: MemoryStore, key: string) =>
    store.commit([{ key, expected: 0, value: () => new Uint8Array(1) }]);

  it('is kept for one interval at least and two at most', async () => {
    const store = new MemoryStore();
    const keeper = new HistoryKeeper(1000);
    const first = await write(store, '/a');
    keeper.written(store);
    await vi.advanceTimersByTimeAsync(1000);
    expect(store.compacted).toBe(0);
    await write(store, '/b');
    await vi.advanceTimersByTimeAsync(1000);
    expect(store.compacted).toBe(first);
    await vi.advanceTimersByTimeAsync(1000);
    expect(store.compacted).toBe(store.revision);
  });

  it('of stores that rest takes no timer', async () => {
    const store = new MemoryStore();
    const keeper = new HistoryKeeper(1000);
    await write(store, '/a');
    keeper.written(store);
    await vi.advanceTimersByTimeAsync(3000);
    expect(vi.getTimerCount()).toBe(0);
    await write(store, '/b');
    keeper.written(store);
    expect(vi.getTimerCount()).toBe(1);
    keeper.forget(store);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is bounded by revisions too', async () => {
    const store = new MemoryStore({ keepRevisions: 40 });
    for (let index = 0; index < 200; index++) await write(store, `/${index}`);
    expect(store.revision - store.compacted).toBeGreaterThanOrEqual(40);
    expect(store.revision - store.compacted).toBeLessThanOrEqual(50);
  });
});
