import { describe, expect, it } from 'vitest';
import { isDns1123Label } from './names/rules.ts';
import { generateName, randomSuffix } from './random-suffix.ts';

describe('generateName', () => {
  it('adds five characters of upstream’s alphabet', () => {
    expect(generateName('web-')).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
    expect(randomSuffix(() => 0)).toBe('bbbbb');
    expect(randomSuffix(() => 0.999_999)).toBe('99999');
  });

  it('cuts a long base so that the name stays a label', () => {
    const name = generateName('a'.repeat(200));
    expect(name).toHaveLength(63);
    expect(isDns1123Label(name)).toEqual([]);
  });
});
