import type { Outcome } from './compare/run-script.ts';

/** Fixed text of one outcome: what `accepted.ts` is matched against. */
export const addressOf = ({ script, title, difference }: Outcome): string =>
  `${script.kind} / ${script.theme} / ${script.name} / ${title}: ${difference?.path ?? ''}`;

export interface Judged {
  outcome: Outcome;
  /** Reason of an accepted difference. */
  reason: string | undefined;
}

interface Count {
  same: number;
  accepted: number;
  all: number;
}

const count = (judged: readonly Judged[]): Count => ({
  same: judged.filter(({ outcome }) => outcome.difference === undefined).length,
  accepted: judged.filter(({ outcome, reason }) => outcome.difference && reason).length,
  all: judged.length,
});

const cell = ({ same, accepted, all }: Count): string => {
  if (all === 0) return '';
  return same + accepted === all ? `${all}` : `**${same + accepted}**/${all}`;
};

const groupBy = <T>(list: readonly T[], key: (item: T) => string): Map<string, T[]> =>
  Map.groupBy(list, key);

const short = (value: unknown, most = 160): string => {
  const text = JSON.stringify(value) ?? 'absent';
  const safe = text.replaceAll('|', '\\|').replaceAll('`', "'");
  return safe.length > most ? `${safe.slice(0, most)}…` : safe;
};

/** A row a kind, a column a theme: answers that are the same, out of all where that is fewer. */
export function tableOf(judged: readonly Judged[]): string {
  const themes = [...new Set(judged.map(({ outcome }) => outcome.script.theme))];
  const kinds = [...groupBy(judged, ({ outcome }) => outcome.script.kind)].sort(([a], [b]) =>
    a.localeCompare(b),
  );
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  const lines = kinds.map(([kind, own]) =>
    line([
      kind,
      ...themes.map((theme) =>
        cell(count(own.filter(({ outcome }) => outcome.script.theme === theme))),
      ),
    ]),
  );
  return [line(['kind', ...themes]), line(['---', ...themes.map(() => '---')]), ...lines].join(
    '\n',
  );
}

/** One line for each difference that is not accepted, at most `most` of a kind and theme. */
export function differencesOf(judged: readonly Judged[], most: number): string {
  const open = judged.filter(({ outcome, reason }) => outcome.difference && !reason);
  const groups = groupBy(open, ({ outcome }) => `${outcome.script.kind}, ${outcome.script.theme}`);
  return [...groups]
    .map(([title, own]) => {
      const lines = own.slice(0, most).map(({ outcome }) => {
        const { path, upstream, ours } = outcome.difference ?? { path: '', upstream: 0, ours: 0 };
        const name = outcome.script.name === outcome.title ? '' : `${outcome.script.name}, `;
        return `- ${name}${outcome.title}: \`${path}\` is \`${short(upstream)}\`, here \`${short(ours)}\``;
      });
      const rest = own.length > most ? [`- and ${own.length - most} more`] : [];
      return [`### ${title}`, '', ...lines, ...rest].join('\n');
    })
    .join('\n\n');
}

/** The open differences in full, for who mends them. */
export function dumpOf(judged: readonly Judged[]): string {
  const open = judged.filter(({ outcome, reason }) => outcome.difference && !reason);
  return JSON.stringify(
    open.map(({ outcome: { script, step, title, difference, answers } }) => {
      const { kind, theme, name } = script;
      return { kind, theme, name, title, request: script.steps[step], difference, answers };
    }),
    undefined,
    1,
  );
}

/** Reasons of accepted differences, with how many answers each excuses. */
export function acceptedOf(judged: readonly Judged[]): string {
  const excused = judged.filter(({ outcome, reason }) => outcome.difference && reason);
  return [...groupBy(excused, ({ reason }) => reason ?? '')]
    .map(([reason, own]) => `- ${reason} (${own.length})`)
    .join('\n');
}

export function summaryOf(judged: readonly Judged[]): string {
  const { same, accepted, all } = count(judged);
  return `${all} answers compared: ${same} the same, ${accepted} differ for a reason that is stated, ${all - same - accepted} differ.`;
}
