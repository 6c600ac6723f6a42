/** Scales a percentage of a total; plain numbers stay. Throws `RangeError` for text that is neither. */
export function scaledValue(value: number | string, total: number, round: 'up' | 'down'): number {
  if (typeof value === 'number') return value;
  const match = /^(\d+)%$/.exec(value);
  if (!match)
    throw new RangeError(
      `invalid value for IntOrString: ${JSON.stringify(value)} is not a percentage`,
    );
  const exact = (Number(match[1]) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
