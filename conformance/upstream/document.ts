import { markdownTable, replaceMarked } from '../lib/marked.ts';
import type { Outcome } from './outcome.ts';

export interface Run {
  outcomes: Outcome[];
  /** Specs that need containers, counted by SIG; they are not run. */
  withContainers: Map<string, number>;
  /** `2026-01-02, 2 cores …` */
  when: string;
}

/** The document with the results of a run in the place of the former ones. */
export function withResults(document: string, run: Run): string {
  return replaceMarked(document, 'results', results(run));
}

function results({ outcomes, withContainers, when }: Run): string {
  const failed = outcomes.filter(({ passed }) => !passed);
  const summary = `${when}: **${outcomes.length - failed.length} of ${outcomes.length}** passed.`;
  const failures =
    failed.length === 0
      ? 'None fails.'
      : markdownTable(
          ['failing spec', 'what the suite says'],
          failed.map(({ spec, reason }) => [spec.replaceAll('|', '\\|'), reason]),
        );
  return `${summary}\n\n${bySig(outcomes, withContainers)}\n\n${failures}\n`;
}

function bySig(outcomes: Outcome[], withContainers: Map<string, number>): string {
  const sigs = [...new Set([...outcomes.map(({ sig }) => sig), ...withContainers.keys()])].sort();
  const rows = sigs.map((sig) => {
    const ran = outcomes.filter((outcome) => outcome.sig === sig);
    const passed = ran.filter((outcome) => outcome.passed).length;
    return [sig, passed, ran.length - passed, withContainers.get(sig) ?? 0] as const;
  });
  const sum = (column: 1 | 2 | 3) => rows.reduce((total, row) => total + row[column], 0);
  return markdownTable(
    ['SIG', 'passed', 'failed', 'need containers, not run'],
    [...rows, ['all', sum(1), sum(2), sum(3)] as const].map((row) => row.map(String)),
  );
}
