/** `3-5,7` as ranges of indexes, both ends included. */
export type IndexRange = readonly [first: number, last: number];

/** What is wrong with a list of ranges, in upstream's words. */
export class IndexError extends Error {}

function indexOf(text: string, completions: number): number {
  const quoted = JSON.stringify(text);
  if (!/^[+-]?\d+$/.test(text)) {
    throw new IndexError(`cannot convert string to integer for index: ${quoted}`);
  }
  const index = Number(text);
  if (index >= completions) throw new IndexError(`too large index: ${quoted}`);
  return index;
}

function rangeOf(text: string, completions: number): IndexRange {
  const [first = '', last, more] = text.split('-');
  if (more !== undefined) {
    throw new IndexError(
      `the fragment ${JSON.stringify(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    );
  }
  const from = indexOf(first, completions);
  if (last === undefined) return [from, from];
  const to = indexOf(last, completions);
  if (from >= to) throw new IndexError(`non-increasing order, previous: ${from}, current: ${to}`);
  return [from, to];
}

/** @throws IndexError the first fault of the text */
export function parseIndexes(text: string, completions: number): IndexRange[] {
  if (text === '') return [];
  const ranges: IndexRange[] = [];
  for (const part of text.split(',')) {
    const range = rangeOf(part, completions);
    const before = ranges.at(-1)?.[1];
    if (before !== undefined && before >= range[0]) {
      throw new IndexError(`non-increasing order, previous: ${before}, current: ${range[0]}`);
    }
    ranges.push(range);
  }
  return ranges;
}

/** The ranges that can be read; others are told elsewhere. */
function readableRanges(text: string, completions: number): IndexRange[] {
  return text.split(',').flatMap((part) => {
    try {
      return [rangeOf(part, completions)];
    } catch {
      return [];
    }
  });
}

/** The first index that stands in both lists. */
export function overlapOf(one: string, other: string, completions: number): number | undefined {
  const others = readableRanges(other, completions);
  for (const [first, last] of readableRanges(one, completions)) {
    const common = others.find(([from, to]) => first <= to && from <= last);
    if (common) return Math.max(first, common[0]);
  }
  return undefined;
}
