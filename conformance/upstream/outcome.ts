/** The parts of Ginkgo's JSON report that are read. */
interface SpecReport {
  LeafNodeType: string;
  LeafNodeText: string;
  ContainerHierarchyTexts?: string[];
  State: string;
  RunTime: number;
  Failure?: { Message?: string };
}

export interface Outcome {
  spec: string;
  sig: string;
  passed: boolean;
  seconds: number;
  /** First line of what the suite said; empty when it passed. */
  reason: string;
}

const notRun = new Set(['skipped', 'pending']);

/** What each spec that ran came to, in the order of SIG and name. */
export function outcomesOf(report: { SpecReports: SpecReport[] | null }[]): Outcome[] {
  return report
    .flatMap(({ SpecReports }) => SpecReports ?? [])
    .filter(({ LeafNodeType, State }) => LeafNodeType === 'It' && !notRun.has(State))
    .map((one) => {
      const spec = [...(one.ContainerHierarchyTexts ?? []), one.LeafNodeText].join(' ');
      return {
        spec: spec.trim(),
        sig: sigOf(spec),
        passed: one.State === 'passed',
        seconds: one.RunTime / 1e9,
        reason: one.State === 'passed' ? '' : firstLine(one.Failure?.Message ?? one.State),
      };
    })
    .sort((a, b) => (`${a.sig} ${a.spec}` < `${b.sig} ${b.spec}` ? -1 : 1));
}

export const sigOf = (spec: string): string => /^\[(sig-[^\]]+)\]/.exec(spec.trim())?.[1] ?? 'none';

/** One line of at most 200 characters, without the marks that a Markdown table knows. */
function firstLine(message: string): string {
  const line = (message.split('\n').find((text) => text.trim() !== '') ?? '').trim();
  const short = line.length > 200 ? `${line.slice(0, 199)}…` : line;
  return short.replaceAll('|', '\\|');
}
