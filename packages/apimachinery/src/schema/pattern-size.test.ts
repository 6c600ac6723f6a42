import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { patternSize } from './pattern-size.ts';

describe('patternSize', () => {
  it.each([
    '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$',
    '(a{10}){20}',
    '((ab|cd){0,30}x){7,9}',
    '[^/]{1,200}(\\.[^/]{1,200})*',
    '\\Qa{100}\\E',
    '[a{3}]{5}',
    '(?:x{2,}){3}',
  ])('is not below what the program of %s becomes by more than half', (source) => {
    const real = RE2JS.compile(source).programSize();
    expect(patternSize(source)).toBeGreaterThanOrEqual(real / 2);
    expect(patternSize(source)).toBeLessThanOrEqual(real * 4 + 20);
  });
});
