const units: Record<string, number> = { s: 1000, m: 60_000, h: 3_600_000 };

/** `1h30m` in milliseconds; the CRD admits only seconds, minutes and hours. */
export function durationMs(text: string): number {
  let total = 0;
  for (const [, count, unit] of text.matchAll(/([0-9]+)(s|m|h)/g)) {
    total += Number(count) * (units[unit ?? ''] ?? 0);
  }
  return total;
}
