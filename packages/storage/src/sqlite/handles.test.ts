import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type HandleOwner, Handles } from './handles.ts';

describe('file handles', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  let released: string[] = [];
  beforeEach(() => {
    released = [];
  });
  const owner = (name: string): HandleOwner => ({ release: () => void released.push(name) });

  it('of who used theirs longest ago are dropped beyond the limit', () => {
    const handles = new Handles({ maxOpenFiles: 2, idleAfter: 1000 });
    const [a, b, c] = [owner('a'), owner('b'), owner('c')];
    for (const used of [a, b, a, c]) handles.use(used);
    expect(released).toEqual(['b']);
  });

  it('are dropped after a while without use, and no timer is left', () => {
    const handles = new Handles({ maxOpenFiles: 9, idleAfter: 1000 });
    const [a, b] = [owner('a'), owner('b')];
    handles.use(a);
    vi.advanceTimersByTime(900);
    handles.use(b);
    vi.advanceTimersByTime(200);
    expect(released).toEqual(['a']);
    vi.advanceTimersByTime(2000);
    expect(released).toEqual(['a', 'b']);
    expect(vi.getTimerCount()).toBe(0);
  });
});
