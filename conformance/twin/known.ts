import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addressOf, type Judged } from './report.ts';

const file = path.join(import.meta.dirname, 'known.txt');

/** The open differences of a run, by address. */
export const openOf = (judged: readonly Judged[]): string[] =>
  judged
    .filter(({ outcome, reason }) => outcome.difference && !reason)
    .map(({ outcome }) => addressOf(outcome));

/** Differences that are known and not mended yet: one address a line, written by `--write`. */
export async function readKnown(): Promise<Set<string>> {
  const text = await readFile(file, 'utf8');
  return new Set(text.split('\n').filter((line) => line !== ''));
}

export async function writeKnown(judged: readonly Judged[]): Promise<void> {
  const lines = [...new Set(openOf(judged))].sort();
  await writeFile(file, lines.map((line) => `${line}\n`).join(''));
}

/** What a run says beside the list: differences that are new, and those that are gone. */
export function againstKnown(
  judged: readonly Judged[],
  known: ReadonlySet<string>,
): { fresh: string[]; gone: string[]; listed: number } {
  const open = openOf(judged);
  const fresh = open.filter((address) => !known.has(address));
  const asked = new Set(judged.map(({ outcome }) => scriptOf(addressOf(outcome))));
  const still = new Set(open);
  const gone = [...known].filter((one) => asked.has(scriptOf(one)) && !still.has(one));
  return { fresh, gone, listed: open.length - fresh.length };
}

/** An address without the path of its difference. */
const scriptOf = (address: string): string => address.slice(0, address.lastIndexOf(': '));
