import { parseDuration } from '@dormice/apimachinery';

const descriptors: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
};

const monthNames = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const dayNames = 'sun mon tue wed thu fri sat'.split(' ');

interface Field {
  low: number;
  high: number;
  names?: readonly string[];
}

/** Minute, hour, day of the month, month, day of the week. */
const fields: readonly Field[] = [
  { low: 0, high: 59 },
  { low: 0, high: 23 },
  { low: 1, high: 31 },
  { low: 1, high: 12, names: monthNames },
  { low: 0, high: 6, names: dayNames },
];

/** When a cron schedule is due, in one time zone. */
export interface Schedule {
  /** The first time after `date`; `undefined` when there is none within five years. */
  next(date: Date): Date | undefined;
}

/**
 * Five fields (or `@daily` …, `@every 1h`) in a time zone of the IANA database, default UTC. Throws `RangeError` for
 * anything else.
 */
export function parseSchedule(text: string, timeZone = 'UTC'): Schedule {
  const every = /^@every\s+(.+)$/.exec(text.trim());
  if (every) return everySchedule(parseDuration(every[1] ?? ''));
  const plain = descriptors[text.trim()] ?? text.trim();
  const parts = plain.split(/\s+/);
  if (parts.length !== fields.length)
    throw new RangeError(`schedule ${JSON.stringify(text)} has not five fields`);
  const sets = parts.map((part, at) => parseField(part, fields[at] as Field));
  const star = (at: number): boolean => /^[*?]/.test(parts[at] ?? '');
  return new FieldSchedule(sets, star(2), star(4), timeZone);
}

function everySchedule(milliseconds: number): Schedule {
  const step = Math.max(1000, Math.floor(milliseconds / 1000) * 1000);
  return { next: (date) => new Date(Math.floor(date.getTime() / 1000) * 1000 + step) };
}

function parseField(text: string, { low, high, names }: Field): ReadonlySet<number> {
  const number = (word: string): number => {
    const named = names?.indexOf(word.toLowerCase()) ?? -1;
    const value = named >= 0 ? named + low : Number(word);
    if (!Number.isInteger(value) || value < low || value > high) {
      throw new RangeError(`${JSON.stringify(word)} in a schedule is not from ${low} to ${high}`);
    }
    return value;
  };
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [range = '', step] = part.split('/');
    const [from = '', to] = range.split('-');
    const all = range === '*' || range === '?';
    const first = all ? low : number(from);
    const last = all || (to === undefined && step !== undefined) ? high : number(to ?? from);
    const stride = step === undefined ? 1 : Number(step);
    if (!Number.isInteger(stride) || stride < 1 || first > last) {
      throw new RangeError(`${JSON.stringify(part)} in a schedule is no range`);
    }
    for (let value = first; value <= last; value += stride) values.add(value);
  }
  return values;
}

const minute = 60_000;
const hour = 3_600_000;
const furthest = 5 * 366 * 24 * hour;

interface Local {
  minute: number;
  hour: number;
  day: number;
  month: number;
  weekday: number;
}

class FieldSchedule implements Schedule {
  readonly #sets: readonly ReadonlySet<number>[];
  readonly #anyDay: boolean;
  readonly #anyWeekday: boolean;
  readonly #format: Intl.DateTimeFormat;

  constructor(
    sets: readonly ReadonlySet<number>[],
    anyDay: boolean,
    anyWeekday: boolean,
    timeZone: string,
  ) {
    this.#sets = sets;
    this.#anyDay = anyDay;
    this.#anyWeekday = anyWeekday;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
  }

  next(date: Date): Date | undefined {
    let time = Math.floor(date.getTime() / minute) * minute + minute;
    const end = time + furthest;
    while (time < end) {
      const local = this.#local(time);
      // Zones differ from UTC by quarters of an hour: steps never jump over a local hour or day.
      if (!this.#has(3, local.month) || !this.#dayMatches(local)) {
        time +=
          (24 - local.hour) * hour - local.minute * minute > 2 * hour
            ? (23 - local.hour) * hour
            : untilNextHour(local);
      } else if (!this.#has(1, local.hour)) {
        time += untilNextHour(local);
      } else if (!this.#has(0, local.minute)) {
        time += minute;
      } else {
        return new Date(time);
      }
    }
    return undefined;
  }

  #has(field: number, value: number): boolean {
    return this.#sets[field]?.has(value) === true;
  }

  /** With both a day of the month and a weekday given, either is enough: cron's own rule. */
  #dayMatches({ day, weekday }: Local): boolean {
    const byDay = this.#has(2, day);
    const byWeekday = this.#has(4, weekday);
    return this.#anyDay || this.#anyWeekday ? byDay && byWeekday : byDay || byWeekday;
  }

  #local(time: number): Local {
    const parts = Object.fromEntries(
      this.#format.formatToParts(time).map(({ type, value }) => [type, value]),
    );
    return {
      minute: Number(parts['minute']),
      hour: Number(parts['hour']),
      day: Number(parts['day']),
      month: Number(parts['month']),
      weekday: dayNames.indexOf((parts['weekday'] ?? '').toLowerCase()),
    };
  }
}

const untilNextHour = (local: Local): number => (60 - local.minute) * minute;
