/** The five fields of a cron schedule: name, range, and the words that stand for numbers. */
const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const days = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const fields: readonly { low: number; high: number; words: readonly string[] }[] = [
  { low: 0, high: 59, words: [] },
  { low: 0, high: 23, words: [] },
  { low: 1, high: 31, words: [] },
  { low: 1, high: 12, words: months },
  { low: 0, high: 6, words: days },
];

const descriptors = [
  '@yearly',
  '@annually',
  '@monthly',
  '@weekly',
  '@daily',
  '@midnight',
  '@hourly',
];
const every = /^@every\s+(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/;

function numberOf(text: string, { low, words }: (typeof fields)[number]): number | string {
  const word = words.indexOf(text.toLowerCase());
  if (word >= 0) return word + low;
  return /^\d+$/.test(text) ? Number(text) : `failed to parse int from ${text}`;
}

/** What is wrong with one range such as `1-5/2`, or `undefined`. */
function rangeProblem(text: string, field: (typeof fields)[number]): string | undefined {
  const [range = '', step, ...more] = text.split('/');
  if (more.length > 0) return `too many slashes: ${text}`;
  const parts = range.split('-');
  if (parts.length > 2) return `too many hyphens: ${text}`;
  let start: number | string = field.low;
  let end: number | string = field.high;
  if (range !== '*' && range !== '?') {
    start = numberOf(parts[0] ?? '', field);
    end = parts.length === 2 ? numberOf(parts[1] ?? '', field) : start;
    if (parts.length === 1 && step !== undefined) end = field.high;
  }
  if (typeof start === 'string') return start;
  if (typeof end === 'string') return end;
  if (step !== undefined) {
    if (!/^\d+$/.test(step)) return `failed to parse int from ${step}`;
    if (Number(step) === 0) return `step of range should be a positive number: ${text}`;
  }
  if (start < field.low)
    return `beginning of range (${start}) below minimum (${field.low}): ${text}`;
  if (end > field.high) return `end of range (${end}) above maximum (${field.high}): ${text}`;
  if (start > end) return `beginning of range (${start}) beyond end of range (${end}): ${text}`;
  return undefined;
}

/** What is wrong with a standard cron schedule (five fields or a descriptor), or `undefined`. */
export function cronProblem(schedule: string): string | undefined {
  const text = schedule.trim();
  if (text === '') return 'empty spec string';
  if (text.startsWith('@'))
    return descriptors.includes(text) || every.test(text)
      ? undefined
      : `unrecognized descriptor: ${text}`;
  const parts = text.split(/\s+/);
  if (parts.length !== fields.length)
    return `expected exactly 5 fields, found ${parts.length}: [${parts.join(' ')}]`;
  for (const [index, part] of parts.entries())
    for (const range of part.split(',')) {
      const problem = rangeProblem(range, fields[index] as (typeof fields)[number]);
      if (problem !== undefined) return problem;
    }
  return undefined;
}
