import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Root of the repository. */
export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

/** A table that a script makes from a facts file, and how to tell that it is in step. */
export interface GeneratedTable {
  /** Path below the root. */
  output: string;
  /** Facts file when `--facts` names none, relative to the root. */
  facts: string;
  /** Makes the table from the parsed facts. Must be reproducible: no clock, no random order. */
  build: (facts: never) => { [key: string]: unknown };
}

const checksumOf = (table: object) =>
  createHash('sha256').update(JSON.stringify(table)).digest('hex').slice(0, 16);

/** The text of a table's file: the table and a checksum of it. */
function render(table: { [key: string]: unknown }): string {
  return `${JSON.stringify({ checksum: checksumOf(table), ...table })}\n`;
}

/**
 * Writes the table, or with `--check` compares it: with what the facts give, or, where the facts file is not at hand,
 * with its own checksum, which catches a table that was edited by hand.
 *
 * @returns the exit status: 0 in step, 1 not, 2 wrong usage.
 */
export function generate(table: GeneratedTable, args: readonly string[]): number {
  const at = args.indexOf('--facts');
  const named = at < 0 ? undefined : args[at + 1];
  if (at >= 0 && named === undefined) {
    process.stderr.write('--facts needs a file name\n');
    return 2;
  }
  const facts = path.resolve(root, named ?? table.facts);
  const output = path.join(root, table.output);
  const check = args.includes('--check');
  if (existsSync(facts)) {
    const text = render(table.build(JSON.parse(readFileSync(facts, 'utf8')) as never));
    if (!check) {
      writeFileSync(output, text);
      return 0;
    }
    if (existsSync(output) && readFileSync(output, 'utf8') === text) return 0;
    process.stderr.write(`${table.output} is not what the facts give: run its script again\n`);
    return 1;
  }
  if (!check) {
    process.stderr.write(`no facts file at ${facts}: name one with --facts FILE\n`);
    return 2;
  }
  const { checksum, ...rest } = JSON.parse(readFileSync(output, 'utf8')) as {
    checksum: string;
    [key: string]: unknown;
  };
  if (checksum === checksumOf(rest)) return 0;
  process.stderr.write(`${table.output} was changed by hand: its checksum does not fit\n`);
  return 1;
}
