import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWorkQueue } from './workqueue.ts';

const tick = () => new Promise<void>((resolve) => setImmediate(resolve));

describe('work queue', () => {
  it('works on a key that was added many times once', async () => {
    const seen: string[] = [];
    const queue = createWorkQueue<string>({
      process: async (key) => {
        seen.push(key);
        return undefined;
      },
    });
    for (const key of ['a', 'b', 'a', 'a', 'b']) queue.add(key);
    await queue.idle();
    expect(seen).toEqual(['a', 'b']);
  });

  it('never works on the same key twice at the same time, and comes back when it was added meanwhile', async () => {
    let running = 0;
    let most = 0;
    let runs = 0;
    const queue = createWorkQueue<string>({
      process: async () => {
        running += 1;
        runs += 1;
        most = Math.max(most, running);
        await tick();
        running -= 1;
        return undefined;
      },
    });
    queue.add('a');
    await tick();
    queue.add('a');
    queue.add('a');
    await queue.idle();
    expect({ most, runs }).toEqual({ most: 1, runs: 2 });
  });

  it('lets classes take turns', async () => {
    const seen: string[] = [];
    const queue = createWorkQueue<string>({
      concurrency: 1,
      classOf: (key) => key[0] ?? '',
      process: async (key) => {
        seen.push(key);
        return undefined;
      },
    });
    for (const key of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2']) queue.add(key);
    await queue.idle();
    expect(seen).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'a4']);
  });

  it('does not keep the process from everything else, though its work never waits', async () => {
    let left = 1000;
    const queue = createWorkQueue<string>({
      process: async () => {
        left -= 1;
        if (left > 0) queue.add('a');
        return undefined;
      },
    });
    queue.add('a');
    await tick();
    await tick();
    expect(left).toBeGreaterThan(900);
    await queue.close();
  });

  it('forgets a class that is dropped, what was being worked on included', async () => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const seen: string[] = [];
    const queue = createWorkQueue<string>({
      concurrency: 1,
      classOf: (key) => key[0] ?? '',
      process: async (key) => {
        seen.push(key);
        if (key === 'a1') await gate;
        return { after: 1 };
      },
    });
    queue.add('a1');
    queue.add('a2');
    await tick();
    const dropped = queue.drop('a');
    release();
    await dropped;
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(seen).toEqual(['a1']);
    await queue.close();
  });
});

describe('work queue with a clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('backs off from 5 ms to the cap, and starts anew after a success', async () => {
    const delays: number[] = [];
    let last = Date.now();
    let fails = 6;
    const queue = createWorkQueue<string>({
      cap: 50,
      random: () => 0.5,
      process: async () => {
        delays.push(Date.now() - last);
        last = Date.now();
        fails -= 1;
        if (fails >= 0) throw new Error('no');
        return undefined;
      },
    });
    queue.add('a');
    await queue.idle();
    for (let at = 0; at < 6; at += 1) {
      await vi.advanceTimersToNextTimerAsync();
      await queue.idle();
    }
    expect(delays).toEqual([0, 5, 10, 20, 40, 50, 50]);
    fails = 1;
    queue.add('a');
    await queue.idle();
    last = Date.now();
    await vi.advanceTimersToNextTimerAsync();
    await queue.idle();
    expect(delays.at(-1)).toBe(5);
    await queue.close();
  });

  it('keeps the sooner of two wishes', async () => {
    const start = Date.now();
    const times: number[] = [];
    const queue = createWorkQueue<string>({
      process: async () => {
        times.push(Date.now() - start);
        return undefined;
      },
    });
    queue.addAfter('a', 100);
    queue.addAfter('a', 20);
    queue.addAfter('a', 500);
    await vi.advanceTimersByTimeAsync(1000);
    await queue.idle();
    expect(times).toEqual([20]);
    await queue.close();
  });
});
