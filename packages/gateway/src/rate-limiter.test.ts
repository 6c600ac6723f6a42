import { describe, expect, it } from 'vitest';
import { RateLimiter } from './rate-limiter.ts';

describe('a rate limiter', () => {
  const limit = { burst: 2, perSecond: 1 };

  it('grants a burst, then what has been earned since', () => {
    let now = 0;
    const limiter = new RateLimiter(limit, () => now);
    expect([limiter.take('a'), limiter.take('a'), limiter.take('a')]).toEqual([true, true, false]);
    now = 1000;
    expect([limiter.take('a'), limiter.take('a')]).toEqual([true, false]);
    now = 60_000;
    expect([limiter.take('a'), limiter.take('a'), limiter.take('a')]).toEqual([true, true, false]);
  });

  it('keeps keys apart and remembers a bounded number of them', () => {
    const limiter = new RateLimiter(limit, () => 0, 2);
    for (const key of ['a', 'a', 'a', 'b', 'c']) limiter.take(key);
    expect(limiter.take('a'), 'forgotten, so at full burst').toBe(true);
  });
});
