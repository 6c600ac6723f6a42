import { describe, expect, it } from 'vitest';
import { parseSchedule } from './schedule.ts';

const next = (schedule: string, after: string, zone?: string) =>
  parseSchedule(schedule, zone).next(new Date(after))?.toISOString();

describe('a cron schedule', () => {
  it.each([
    ['* * * * *', '2026-01-01T00:00:00Z', '2026-01-01T00:01:00.000Z'],
    ['*/15 * * * *', '2026-01-01T00:16:10Z', '2026-01-01T00:30:00.000Z'],
    ['0 3 * * *', '2026-01-01T03:00:00Z', '2026-01-02T03:00:00.000Z'],
    ['30 23 * * *', '2026-01-01T00:00:00Z', '2026-01-01T23:30:00.000Z'],
    ['0 0 31 * *', '2026-02-01T00:00:00Z', '2026-03-31T00:00:00.000Z'],
    ['0 12 * * mon', '2026-11-23T12:00:00Z', '2026-11-30T12:00:00.000Z'],
    ['0 0 13 * fri', '2026-11-23T00:00:00Z', '2026-11-27T00:00:00.000Z'],
    ['0 0 29 2 *', '2026-01-01T00:00:00Z', '2028-02-29T00:00:00.000Z'],
    ['@hourly', '2026-01-01T00:00:00Z', '2026-01-01T01:00:00.000Z'],
    ['@every 90s', '2026-01-01T00:00:00Z', '2026-01-01T00:01:30.000Z'],
  ])('%s after %s is %s', (schedule, after, expected) => {
    expect(next(schedule, after)).toBe(expected);
  });

  it('keeps to the clock of its time zone over daylight saving', () => {
    const zone = 'Europe/Berlin';
    expect(next('0 8 * * *', '2026-03-28T12:00:00Z', zone)).toBe('2026-03-29T06:00:00.000Z');
    expect(next('0 8 * * *', '2026-10-24T12:00:00Z', zone)).toBe('2026-10-25T07:00:00.000Z');
  });

  it('has no next time on a day that never comes', () => {
    expect(next('0 0 31 2 *', '2026-01-01T00:00:00Z')).toBeUndefined();
  });

  it.each(['', '* * *', '60 * * * *', '5-1 * * * *', '*/0 * * * *'])(
    '%j is refused',
    (schedule) => {
      expect(() => parseSchedule(schedule)).toThrow(RangeError);
    },
  );
});
