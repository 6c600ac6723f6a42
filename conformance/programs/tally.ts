import { readFileSync, writeFileSync } from 'node:fs';
import { markdownTable, replaceMarked } from '../lib/marked.ts';

/** Counts of checks by program, in the order in which the programs came. */
export class Tally {
  readonly #programs = new Map<string, { passed: number; failed: number }>();

  count(program: string, passed: boolean): void {
    const counts = this.#programs.get(program) ?? { passed: 0, failed: 0 };
    counts[passed ? 'passed' : 'failed'] += 1;
    this.#programs.set(program, counts);
  }

  sum(): { passed: number; failed: number } {
    const all = [...this.#programs.values()];
    return {
      passed: all.reduce((sum, { passed }) => sum + passed, 0),
      failed: all.reduce((sum, { failed }) => sum + failed, 0),
    };
  }

  /** As a table in the place `programs` of the document. */
  write(file: string): void {
    const rows = [...this.#programs].map(([name, { passed, failed }]) => [
      name,
      String(passed),
      String(failed),
    ]);
    const date = new Date().toISOString().slice(0, 10);
    const table = markdownTable(['program', 'checks passed', 'failed'], rows);
    writeFileSync(
      file,
      replaceMarked(readFileSync(file, 'utf8'), 'programs', `${date}:\n\n${table}`),
    );
  }
}
