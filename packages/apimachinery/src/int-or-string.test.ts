import { describe, expect, it } from 'vitest';
import { scaledValue } from './int-or-string.ts';

describe('scaledValue', () => {
  it('leaves numbers as they are', () => {
    expect(scaledValue(3, 10, 'up')).toBe(3);
  });

  it('rounds percentages in the direction asked for', () => {
    expect(scaledValue('25%', 10, 'up')).toBe(3);
    expect(scaledValue('25%', 10, 'down')).toBe(2);
    expect(scaledValue('100%', 7, 'down')).toBe(7);
  });

  it.each(['', '5', 'x%', '-5%', '1.5%'])('refuses %j', (value) => {
    expect(() => scaledValue(value, 10, 'up')).toThrow(/is not a percentage/);
  });
});
