import type { Outcome } from './outcome.ts';

export interface Run {
  outcomes: Outcome[];
  /** Specs that need containers, counted by SIG; they are not run. */
  withContainers: Map<string, number>;
  /** `2026-01-02, 2 cores …` */
  when: string;
}

const marks = { begin: '<!-- results -->', end: '<!-- end -->' };

/** The document with the results of a run in the place of the former ones. */
export function withResults(document: string, run: Run): string {
  const [before = '', rest = ''] = document.split(marks.begin);
  const after = rest.split(marks.end)[1] ?? '';
  return `${before}${marks.begin}\n\n${results(run)}\n${marks.end}${after}`;
}

function results({ outcomes, withContainers, when }: Run): string {
  const failed = outcomes.filter(({ passed }) => !passed);
  const summary = `${when}: **${outcomes.length - failed.length} of ${outcomes.length}** passed.`;
  const failures =
    failed.length === 0
      ? 'None fails.'
      : table(
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
  return table(
    ['SIG', 'passed', 'failed', 'need containers, not run'],
    [...rows, ['all', sum(1), sum(2), sum(3)] as const].map((row) => row.map(String)),
  );
}

function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
