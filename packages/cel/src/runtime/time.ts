import { CelError } from './values.ts';

const second = 1_000_000_000n;

const rfc3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d{1,9})\d*)?([Zz]|[+-]\d{2}:\d{2})$/;

/** RFC 3339 → nanoseconds since 1970. @throws CelError */
export function parseTimestamp(text: string): bigint {
  const match = rfc3339.exec(text);
  const millis = match ? Date.parse(`${match[1]}T${match[2]}${match[4]?.toUpperCase()}`) : NaN;
  if (!match || Number.isNaN(millis)) {
    throw new CelError(
      `parsing time ${JSON.stringify(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${JSON.stringify(text)} as "2006"`,
    );
  }
  return BigInt(millis) * 1_000_000n + BigInt((match[3] ?? '').padEnd(9, '0'));
}

/** RFC 3339 with as many digits as it takes. */
export function formatTimestamp(nanos: bigint): string {
  const part = ((nanos % second) + second) % second;
  const millis = Number((nanos - part) / 1_000_000n);
  const whole = new Date(millis).toISOString().slice(0, 19);
  const digits = part === 0n ? '' : `.${String(part).padStart(9, '0').replace(/0+$/, '')}`;
  return `${whole}${digits}Z`;
}

const units: Record<string, bigint> = {
  ns: 1n,
  us: 1000n,
  µs: 1000n,
  ms: 1_000_000n,
  s: second,
  m: 60n * second,
  h: 3600n * second,
};

/** A Go duration (`1h30m`, `-1.5s`) → nanoseconds. @throws CelError */
export function parseDuration(text: string): bigint {
  const bad = (): CelError => new CelError(`time: invalid duration ${JSON.stringify(text)}`);
  const body = text.replace(/^[+-]/, '');
  if (body === '0') return 0n;
  const parts = [
    ...body.matchAll(/(\d+)(?:\.(\d*))?(ns|us|µs|ms|s|m|h)|\.(\d+)(ns|us|µs|ms|s|m|h)/g),
  ];
  if (parts.length === 0 || parts.map(([all]) => all).join('') !== body) throw bad();
  let total = 0n;
  for (const [, whole = '0', fraction, unit, only, onlyUnit] of parts) {
    const size = units[unit ?? onlyUnit ?? ''] ?? 0n;
    const digits = fraction ?? only ?? '';
    total += BigInt(whole) * size;
    if (digits !== '') total += (BigInt(digits) * size) / 10n ** BigInt(digits.length);
  }
  if (BigInt.asIntN(64, total) !== total) throw bad();
  return text.startsWith('-') ? -total : total;
}

/** Seconds with `s`, as CEL's `string(duration)` prints it. */
export function formatDuration(nanos: bigint): string {
  const sign = nanos < 0n ? '-' : '';
  const size = nanos < 0n ? -nanos : nanos;
  const part = size % second;
  const digits = part === 0n ? '' : `.${String(part).padStart(9, '0').replace(/0+$/, '')}`;
  return `${sign}${size / second}${digits}s`;
}
