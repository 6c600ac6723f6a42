import { CelError, type Duration, type Timestamp, type Value } from '../runtime/values.ts';
import { duration, int, string, timestamp } from '../types/cel-type.ts';
import { method, type Overload } from './overload.ts';

/** Parts of a point in time in a zone. */
interface Parts {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
}

function partsOf(nanos: bigint, zone: string): Parts {
  const millis = Number(nanos / 1_000_000n);
  const shifted = new Date(millis + offset(millis, zone));
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth(),
    day: shifted.getUTCDate(),
    hour: shifted.getUTCHours(),
    minute: shifted.getUTCMinutes(),
    second: shifted.getUTCSeconds(),
    millisecond: shifted.getUTCMilliseconds(),
  };
}

/** Milliseconds that a zone is ahead: `+02:00`, `-5:30`, or a name of the time zone database. */
function offset(millis: number, zone: string): number {
  if (zone === '' || zone === 'UTC') return 0;
  const fixed = /^([+-]?)(\d{1,2}):(\d{2})$/.exec(zone);
  if (fixed) {
    const size = (Number(fixed[2]) * 60 + Number(fixed[3])) * 60_000;
    return fixed[1] === '-' ? -size : size;
  }
  try {
    const formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
    const found = Object.fromEntries(
      formatter.formatToParts(millis).map(({ type, value }) => [type, Number(value)]),
    );
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(millis / 1000) * 1000;
  } catch {
    throw new CelError(`unknown time zone ${zone}`);
  }
}

const dayOfYear = ({ year, month, day }: Parts): number =>
  (Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / 86_400_000;

const getters: Record<string, (parts: Parts) => number> = {
  getFullYear: ({ year }) => year,
  getMonth: ({ month }) => month,
  getDate: ({ day }) => day,
  getDayOfMonth: ({ day }) => day - 1,
  getDayOfWeek: ({ year, month, day }) => new Date(Date.UTC(year, month, day)).getUTCDay(),
  getDayOfYear: dayOfYear,
  getHours: ({ hour }) => hour,
  getMinutes: ({ minute }) => minute,
  getSeconds: ({ second }) => second,
  getMilliseconds: ({ millisecond }) => millisecond,
};

const spans: Record<string, bigint> = {
  getHours: 3_600_000_000_000n,
  getMinutes: 60_000_000_000n,
  getSeconds: 1_000_000_000n,
};

const at = (value: Value | undefined): bigint => (value as Timestamp).nanos;

/** Parts of times. */
export const times: readonly Overload[] = [
  ...Object.entries(getters).flatMap(([name, get]) => [
    method(name, [timestamp], int, ([time]) => BigInt(get(partsOf(at(time), '')))),
    method(name, [timestamp, string], int, ([time, zone]) =>
      BigInt(get(partsOf(at(time), zone as string))),
    ),
  ]),
  ...Object.entries(spans).map(([name, size]) =>
    method(name, [duration], int, ([span]) => (span as Duration).nanos / size),
  ),
  method(
    'getMilliseconds',
    [duration],
    int,
    ([span]) => ((span as Duration).nanos / 1_000_000n) % 1000n,
  ),
];
