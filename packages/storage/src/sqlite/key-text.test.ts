import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keyToText, textToKey } from './key-text.ts';

/** Any string of UTF-16 code units, surrogates included. */
const key = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 6 })
  .map((units) => String.fromCharCode(...units));

describe('keys as SQLite text', () => {
  it('come back as they were', () => {
    fc.assert(fc.property(key, (text) => textToKey(keyToText(text)) === text));
  });

  it('are sorted as bytes in the order of the keys', () => {
    fc.assert(
      fc.property(key, key, (a, b) => {
        const bytes = Buffer.compare(Buffer.from(keyToText(a)), Buffer.from(keyToText(b)));
        return Math.sign(bytes) === (a < b ? -1 : a > b ? 1 : 0);
      }),
    );
  });

  it('of ordinary characters are stored as they are', () => {
    expect(keyToText('/apps/deployments/default/wéb')).toBe('/apps/deployments/default/wéb');
  });
});
