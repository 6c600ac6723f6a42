import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isQuantity, parseQuantity, quantityCompare } from './quantity.ts';

/** What a kube-apiserver 1.35 made of `spec.hard` of a ResourceQuota. */
const canonical: readonly (readonly [string, string])[] = [
  ['0.1', '100m'],
  ['1024Mi', '1Gi'],
  ['1e3', '1e3'],
  ['5G', '5G'],
  ['1.5Gi', '1536Mi'],
  ['0.5Mi', '512Ki'],
  ['1000m', '1'],
  ['1000', '1k'],
  ['1000000', '1M'],
  ['1000Ki', '1000Ki'],
  ['0Mi', '0'],
  ['1.1e3', '1100'],
  ['2.5Ki', '2560'],
  ['0.5Ki', '512'],
  ['0.001Ki', '1024m'],
  ['1024k', '1024k'],
  ['16Ei', '9223372036854775807'],
  ['100E', '100E'],
  ['1e19', '10e18'],
  ['1e30', '1e30'],
  ['9223372036854775808', '9223372036854775808'],
  ['12345678901234567890.5', '12345678901234567890500m'],
  ['1.0', '1'],
  ['1e2', '100'],
  ['1e4', '10e3'],
  ['10e-1', '1'],
  ['0e5', '0'],
];

describe('parseQuantity', () => {
  it.each(canonical)('prints %s as %s', (text, expected) => {
    expect(parseQuantity(text).toString()).toBe(expected);
  });

  it.each(['', '1 Gi', '1.2.3', '1e3Mi', 'x'])('refuses %j as no quantity', (text) => {
    expect(() => parseQuantity(text)).toThrow('quantities must match the regular expression');
  });

  it.each(['1e', '5K', '1ki', '1e999999999', '1e-999999999'])(
    'refuses the suffix of %s',
    (text) => {
      expect(() => parseQuantity(text)).toThrow("unable to parse quantity's suffix");
      expect(isQuantity(text)).toBe(false);
    },
  );

  it('rounds up what is finer than a billionth', () => {
    expect(parseQuantity('0.5n').toString()).toBe('1n');
    expect(parseQuantity('1e-10').toString()).toBe('1e-9');
  });

  it('rounds whole units and thousandths up', () => {
    expect(parseQuantity('1500m').value()).toBe(2n);
    expect(parseQuantity('-1500m').value()).toBe(-1n);
    expect(parseQuantity('1500u').milliValue()).toBe(2n);
  });
});

const texts = fc
  .tuple(
    fc.integer({ min: -1_000_000, max: 1_000_000 }),
    fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e3', 'e-3'),
  )
  .map(([number, suffix]) => `${number}${suffix}`);

describe('quantities', () => {
  it('keep their value when printed and read again', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const quantity = parseQuantity(text);
        const again = parseQuantity(quantity.toString());
        expect(again.nano).toBe(quantity.nano);
        expect(again.toString()).toBe(quantity.toString());
      }),
    );
  });

  it('add and subtract exactly', () => {
    fc.assert(
      fc.property(texts, texts, (a, b) => {
        const sum = parseQuantity(a).add(parseQuantity(b));
        expect(sum.subtract(parseQuantity(b)).compare(parseQuantity(a))).toBe(0);
      }),
    );
  });

  it('are ordered by value, whatever their form', () => {
    expect(quantityCompare('1Gi', '1024Mi')).toBe(0);
    expect(quantityCompare('1G', '1Gi')).toBeLessThan(0);
    expect(quantityCompare('1001m', '1')).toBeGreaterThan(0);
  });

  it('take the form of the other when one is zero', () => {
    expect(parseQuantity('0').add(parseQuantity('1Gi')).toString()).toBe('1Gi');
  });
});
