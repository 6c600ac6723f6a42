/** The value below which `share` (0 to 1) of the samples lie. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

export const ms = (value: number): string =>
  `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
export const mib = (bytes: number): string =>
  `${(bytes / 2 ** 20).toFixed(bytes < 2 ** 24 ? 2 : 0)} MiB`;
export const perSecond = (count: number, seconds: number): string =>
  `${Math.round(count / seconds)}/s`;

export const sleep = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

/** One line of a result: what, value, what is aimed at. */
export interface Row {
  what: string;
  value: string;
  aim?: string;
}

export interface Result {
  title: string;
  rows: Row[];
}

export function renderResult({ title, rows }: Result): string {
  const lines = rows.map(({ what, value, aim }) => `| ${what} | ${value} | ${aim ?? ''} |`);
  return [
    `### ${title}`,
    '',
    '| what | measured | aim |',
    '| --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

/** Runs `count` pieces of work, `parallel` at a time; returns how long each took, milliseconds. */
export async function inParallel(
  count: number,
  parallel: number,
  work: (index: number) => Promise<unknown>,
): Promise<{ seconds: number; each: number[] }> {
  const each: number[] = [];
  let next = 0;
  const began = performance.now();
  await Promise.all(
    Array.from({ length: parallel }, async () => {
      while (next < count) {
        const index = next;
        next += 1;
        const at = performance.now();
        await work(index);
        each.push(performance.now() - at);
      }
    }),
  );
  return { seconds: (performance.now() - began) / 1000, each };
}
