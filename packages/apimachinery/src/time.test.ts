import { describe, expect, it } from 'vitest';
import { canonicalMicroTime, formatMicroTime, formatTime, isTime, parseTime } from './time.ts';

describe('parseTime', () => {
  it.each([
    ['2020-01-01T00:00:00Z', '2020-01-01T00:00:00Z'],
    ['2020-01-01T00:00:00.987Z', '2020-01-01T00:00:00Z'],
    ['2020-01-01T00:00:00+02:00', '2019-12-31T22:00:00Z'],
    ['2020-02-29T23:59:59-00:30', '2020-03-01T00:29:59Z'],
    ['2020-01-01T0:00:00Z', '2020-01-01T00:00:00Z'],
  ])('reads %s as %s', (text, expected) => {
    expect(formatTime(parseTime(text))).toBe(expected);
  });

  // What a kube-apiserver 1.35 answers.
  it.each([
    ['x', 'as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006"'],
    ['2020-1-01T00:00:00Z', 'cannot parse "1-01T00:00:00Z" as "01"'],
    ['2020-01-01', 'cannot parse "" as "T"'],
    ['2020-01-01t00:00:00z', 'cannot parse "t00:00:00z" as "T"'],
    ['2020-01-01T00:00:00', 'cannot parse "" as "Z07:00"'],
    ['2020-01-01T00:00:00+0200', 'cannot parse "+0200" as "Z07:00"'],
    ['2020-01-01T00:00:00Zx', 'parsing time "2020-01-01T00:00:00Zx": extra text: "x"'],
    ['2020-13-01T00:00:00Z', 'parsing time "2020-13-01T00:00:00Z": month out of range'],
    ['2020-02-30T00:00:00Z', 'day out of range'],
    ['2020-01-01T25:00:00Z', 'hour out of range'],
    ['2020-01-01T00:60:00Z', 'minute out of range'],
    ['2020-01-01T00:00:60Z', 'second out of range'],
    ['2020-01-01T00:00:00+25:00', 'time zone offset hour out of range'],
  ])('refuses %s', (text, message) => {
    expect(() => parseTime(text)).toThrow(message);
    expect(isTime(text)).toBe(false);
  });
});

describe('canonicalMicroTime', () => {
  it('keeps microseconds and turns to UTC', () => {
    expect(canonicalMicroTime('2020-01-01T02:00:00.123456+02:00')).toBe(
      '2020-01-01T00:00:00.123456Z',
    );
  });

  it('needs exactly six digits', () => {
    expect(() => canonicalMicroTime('2020-01-01T00:00:00Z')).toThrow(
      'cannot parse "Z" as ".000000"',
    );
    expect(() => canonicalMicroTime('2020-01-01T00:00:00.1234567Z')).toThrow(
      'cannot parse "7Z" as "Z07:00"',
    );
  });

  it('takes what formatMicroTime writes', () => {
    const text = formatMicroTime(new Date(1_600_000_000_123));
    expect(text).toBe('2020-09-13T12:26:40.123000Z');
    expect(canonicalMicroTime(text)).toBe(text);
  });
});
