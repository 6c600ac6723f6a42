import { describe, expect, it } from 'vitest';
import { cronProblem } from './cron-schedule.ts';

describe('a cron schedule', () => {
  it.each([
    '* * * * *',
    '*/5 0-23/2 1,15 jan-jun mon',
    '0 0 ? * 0',
    '5/15 * * * *',
    '@daily',
    '@every 1h30m',
  ])('%s is good', (schedule) => {
    expect(cronProblem(schedule)).toBeUndefined();
  });

  it.each([
    ['', 'empty spec string'],
    ['* * *', 'expected exactly 5 fields, found 3: [* * *]'],
    ['60 * * * *', 'end of range (60) above maximum (59): 60'],
    ['* * 0 * *', 'beginning of range (0) below minimum (1): 0'],
    ['5-1 * * * *', 'beginning of range (5) beyond end of range (1): 5-1'],
    ['*/0 * * * *', 'step of range should be a positive number: */0'],
    ['x * * * *', 'failed to parse int from x'],
    ['@sometimes', 'unrecognized descriptor: @sometimes'],
  ])('%j is refused: %s', (schedule, why) => {
    expect(cronProblem(schedule)).toBe(why);
  });
});
