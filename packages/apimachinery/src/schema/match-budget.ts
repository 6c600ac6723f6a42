/** Steps of pattern matching that one validation may still take. */
export interface MatchBudget {
  left: number;
}

/**
 * What the patterns of one object may cost: characters of the text times instructions of the program. An object of the
 * largest size with patterns of 60 instructions fits; the worst that fits takes a second.
 */
export const matchBudget = (): MatchBudget => ({ left: 100_000_000 });

/** Pays for one match; `false` when there is not enough left, and then no further match is made either. */
export function payFor(budget: MatchBudget, text: string, size: number): boolean {
  budget.left -= text.length * size;
  return budget.left >= 0;
}
