import type { RateLimit } from './limits.ts';

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Token buckets by key. A full bucket is no bucket, so memory is bounded by the keys active within the time that a
 * bucket takes to fill; beyond `maxKeys` the one used longest ago is forgotten.
 */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  readonly #maxKeys: number;
  readonly #buckets = new Map<string, Bucket>();

  /** `now`: milliseconds. */
  constructor(limit: RateLimit, now: () => number, maxKeys = 10_000) {
    this.#limit = limit;
    this.#now = now;
    this.#maxKeys = maxKeys;
  }

  /** Takes a token; false when there is none. */
  take(key: string): boolean {
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: this.#limit.burst, at: now };
    const filled = bucket.tokens + ((now - bucket.at) / 1000) * this.#limit.perSecond;
    const tokens = Math.min(this.#limit.burst, filled);
    this.#buckets.delete(key);
    const granted = tokens >= 1;
    this.#buckets.set(key, { tokens: granted ? tokens - 1 : tokens, at: now });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > this.#maxKeys && oldest !== undefined) this.#buckets.delete(oldest);
    return granted;
  }
}
