/** ES2026's source text of numbers, which TypeScript's library does not know yet. */
const json = JSON as unknown as {
  parse: (
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ) => unknown;
  rawJSON: (text: string) => unknown;
};

/** Integers that a double cannot hold have at least sixteen digits. */
const mayBeLarge = /[0-9]{16}/;
const integer = /^-?[0-9]+$/;
const [smallest, largest] = [-(2n ** 63n), 2n ** 63n - 1n];

function exact(_key: string, value: unknown, { source }: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  if (source === undefined || !integer.test(source)) return value;
  const whole = BigInt(source);
  return whole >= smallest && whole <= largest ? whole : value;
}

/**
 * `JSON.parse` that keeps every 64-bit integer, as Go does: those beyond 2^53 become `bigint`. Larger ones are doubles,
 * in Go as here.
 */
export function parseExact(text: string): unknown {
  return mayBeLarge.test(text) ? json.parse(text, exact) : JSON.parse(text);
}

/** What `parseExact` read is written as it was: JSON has no other form of a bigint. */
Object.defineProperty(BigInt.prototype, 'toJSON', {
  value(this: bigint): unknown {
    return json.rawJSON(String(this));
  },
  configurable: true,
  writable: true,
});
