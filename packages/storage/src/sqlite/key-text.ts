import type { Key } from '../store.ts';

/**
 * Keys as SQLite text whose binary order (UTF-8, so by code point) is the order of the keys (UTF-16, by code unit).
 *
 * The two differ only from U+D800 on: surrogates move to the start of the private use area, and what is above them moves
 * beyond the basic plane. That also gives lone surrogates, which UTF-8 cannot hold, a text of their own. Keys of
 * ordinary characters are stored as they are.
 */
const surrogates = { from: 0xd800, to: 0xe000, shift: 0x800 };
const shiftAbove = 0x2000;

export const keyToText = (key: Key): string =>
  key.replace(/[\ud800-\uffff]/g, (unit) => {
    const code = unit.charCodeAt(0);
    return String.fromCodePoint(code + (code < surrogates.to ? surrogates.shift : shiftAbove));
  });

export const textToKey = (text: string): Key =>
  text.replace(/[\ue000-\ue7ff]|[\u{10000}-\u{11fff}]/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return String.fromCharCode(code - (code >= 0x10000 ? shiftAbove : surrogates.shift));
  });
