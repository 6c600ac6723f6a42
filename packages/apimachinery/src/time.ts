/** RFC 3339 in UTC with whole seconds: `metav1.Time`. */
export function formatTime(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 in UTC with microseconds: `metav1.MicroTime`. JavaScript knows milliseconds; the rest is zeros. */
export function formatMicroTime(date: Date): string {
  return `${date.toISOString().slice(0, 23)}000Z`;
}

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'micros' | 'zone';

/** Go's layout, piece by piece: what the piece is called in messages, and what it takes. */
const pieces: readonly [layout: string, pattern: RegExp, part?: Part][] = [
  ['2006', /\d{4}/y, 'year'],
  ['-', /-/y],
  ['01', /\d{2}/y, 'month'],
  ['-', /-/y],
  ['02', /\d{2}/y, 'day'],
  ['T', /T/y],
  ['15', /\d{1,2}/y, 'hour'],
  [':', /:/y],
  ['04', /\d{2}/y, 'minute'],
  [':', /:/y],
  ['05', /\d{2}(?:[.,]\d+)?/y, 'second'],
  ['.000000', /\.\d{6}/y, 'micros'],
  ['Z07:00', /Z|[+-]\d{2}:\d{2}/y, 'zone'],
];
const whole = pieces.filter(([, , part]) => part !== 'micros');
const micro = pieces.map((piece): (typeof pieces)[number] =>
  piece[2] === 'second' ? ['05', /\d{2}/y, 'second'] : piece,
);

const wholeLayout = '2006-01-02T15:04:05Z07:00';
const microLayout = '2006-01-02T15:04:05.000000Z07:00';

/**
 * Reads a `metav1.Time`. What lies below the second is dropped.
 *
 * @throws RangeError with the words of Go's time.Parse
 */
export function parseTime(text: string): Date {
  return dateOf(text, split(text, whole, wholeLayout));
}

/** Reads a `metav1.MicroTime`, which must have six digits after the second, and gives it back in UTC. */
export function canonicalMicroTime(text: string): string {
  const parts = split(text, micro, microLayout);
  return `${dateOf(text, parts).toISOString().slice(0, 19)}${parts.micros}Z`;
}

function split(text: string, layout: typeof pieces, name: string): Partial<Record<Part, string>> {
  const parts: Partial<Record<Part, string>> = {};
  let at = 0;
  for (const [shown, pattern, part] of layout) {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) {
      const rest = JSON.stringify(text.slice(at));
      throw new RangeError(
        `parsing time ${JSON.stringify(text)} as "${name}": cannot parse ${rest} as "${shown}"`,
      );
    }
    if (part) parts[part] = match[0];
    at = pattern.lastIndex;
  }
  if (at < text.length) {
    const extra = JSON.stringify(text.slice(at));
    throw new RangeError(`parsing time ${JSON.stringify(text)}: extra text: ${extra}`);
  }
  return parts;
}

function dateOf(text: string, parts: Partial<Record<Part, string>>): Date {
  const number = (part: Part): number => Math.floor(Number((parts[part] ?? '0').replace(',', '.')));
  const [year, month, day] = [number('year'), number('month'), number('day')];
  const [hour, minute, second] = [number('hour'), number('minute'), number('second')];
  const zone = parts.zone ?? 'Z';
  const [zoneHours = 0, zoneMinutes = 0] = zone === 'Z' ? [] : zone.slice(1).split(':').map(Number);
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  const wrong: [boolean, string][] = [
    [month < 1 || month > 12, 'month'],
    [date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day, 'day'],
    [hour > 23, 'hour'],
    [minute > 59, 'minute'],
    [second > 59, 'second'],
    [zoneHours > 24, 'time zone offset hour'],
    [zoneMinutes > 60, 'time zone offset minute'],
  ];
  const [first] = wrong.filter(([bad]) => bad);
  if (first) {
    throw new RangeError(`parsing time ${JSON.stringify(text)}: ${first[1]} out of range`);
  }
  const offset = (zoneHours * 60 + zoneMinutes) * (zone.startsWith('-') ? -1 : 1);
  date.setUTCHours(hour, minute - offset, second);
  return date;
}

/** Is it a time as `metav1.Time` takes it? */
export function isTime(text: string): boolean {
  try {
    parseTime(text);
    return true;
  } catch {
    return false;
  }
}
