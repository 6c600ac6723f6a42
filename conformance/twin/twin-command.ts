import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { accepted } from './accepted.ts';
import { type Outcome, runScript } from './compare/run-script.ts';
import { corpus } from './corpus/corpus.ts';
import { fidelityDocument } from './document.ts';
import { generatedScripts } from './generate/generate.ts';
import { namespace } from './generate/row.ts';
import { againstKnown, readKnown, writeKnown } from './known.ts';
import { addressOf, differencesOf, dumpOf, type Judged, summaryOf, tableOf } from './report.ts';
import type { Script, Side } from './script.ts';
import { startOurSide } from './sides/our-side.ts';
import { startUpstreamSide } from './sides/upstream-side.ts';

const usage = `usage: npm run conformance -- twin --upstream-bin DIR [options]
  --upstream-bin DIR  folder with kube-apiserver and etcd
  --write             writes docs/fidelity.md and the list of known differences (known.txt)
  --sample            the fixed sample for CI: a few hundred requests
  --kinds A,B         only rows of the table whose name contains one of these
  --themes A,B        only these columns
  --seed N            seed of the generator (default 1)
  --show N            differences shown of each kind and theme (default 5)
  --dump FILE         writes the open differences in full, as JSON: request and both answers
`;

/** The exit status is 1 when a difference is neither accepted (accepted.ts) nor known (known.txt). */
export async function twinCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      'upstream-bin': { type: 'string' },
      write: { type: 'boolean' },
      sample: { type: 'boolean' },
      kinds: { type: 'string' },
      themes: { type: 'string' },
      seed: { type: 'string', default: '1' },
      show: { type: 'string', default: '5' },
      dump: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const bin = values['upstream-bin'];
  if (bin === undefined || values.help) {
    process.stderr.write(usage);
    return values.help ? 0 : 2;
  }
  const wanted = (list: string | undefined, name: string, exact: boolean) =>
    list === undefined ||
    list.split(',').some((part) => (exact ? part === name : name.includes(part)));
  const scripts = [...corpus, ...generatedScripts(values.sample === true, Number(values.seed))]
    .filter(({ kind }) => wanted(values.kinds, kind, false))
    .filter(({ theme }) => wanted(values.themes, theme, true));
  const judged = await compareAll(bin, scripts);
  const differences = differencesOf(judged, Number(values.show));
  process.stdout.write(`${tableOf(judged)}\n\n${differences}\n\n${summaryOf(judged)}\n`);
  if (values.dump !== undefined) await writeFile(values.dump, dumpOf(judged));
  if (values.write) {
    const root = path.dirname(path.dirname(import.meta.dirname));
    await writeFile(path.join(root, 'docs', 'fidelity.md'), fidelityDocument(judged));
    await writeKnown(judged);
  }
  return conclude(judged);
}

/** Says what is new and what is gone, and ends with the line that CI adds up. */
async function conclude(judged: readonly Judged[]): Promise<number> {
  const { fresh, gone, listed } = againstKnown(judged, await readKnown());
  for (const address of fresh) process.stderr.write(`new: ${address}\n`);
  if (gone.length > 0) {
    process.stderr.write(`${gone.length} listed in known.txt are gone: --write takes them out\n`);
  }
  const passed = judged.length - listed - fresh.length;
  process.stdout.write(`${passed} passed, ${fresh.length} failed, ${listed} skipped\n`);
  return fresh.length > 0 ? 1 : 0;
}

async function compareAll(bin: string, scripts: readonly Script[]): Promise<Judged[]> {
  const upstream = await startUpstreamSide(bin);
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void upstream.close().finally(() => process.exit(130)));
  try {
    const ours = await startOurSide();
    try {
      for (const side of [upstream, ours]) await prepare(side);
      const outcomes = await runAll(scripts, upstream, ours);
      return outcomes.map((outcome) => ({ outcome, reason: reasonFor(outcome) }));
    } finally {
      await ours.close();
    }
  } finally {
    await upstream.close();
  }
}

/** The namespaces that scripts write into, as controllers would have left them. */
async function prepare(side: Side): Promise<void> {
  for (const name of [namespace, 'default']) {
    await side.send({
      method: 'POST',
      path: '/api/v1/namespaces',
      body: { metadata: { name } },
    });
    await side.send({
      method: 'POST',
      path: `/api/v1/namespaces/${name}/serviceaccounts`,
      body: { metadata: { name: 'default' } },
    });
  }
}

/** Scripts of one resource, in all its versions, go one after the other, since they use the same names. */
async function runAll(scripts: readonly Script[], upstream: Side, ours: Side): Promise<Outcome[]> {
  const queues = [...Map.groupBy(scripts, ({ kind }) => kind.split('.')[0]).values()];
  const outcomes: Outcome[] = [];
  const worker = async () => {
    for (let queue = queues.shift(); queue; queue = queues.shift())
      for (const script of queue) outcomes.push(...(await runScript(script, upstream, ours)));
  };
  await Promise.all([worker(), worker(), worker(), worker()]);
  const place = new Map(scripts.map((script, index) => [script, index]));
  return outcomes.sort(
    (a, b) => (place.get(a.script) ?? 0) - (place.get(b.script) ?? 0) || a.step - b.step,
  );
}

function reasonFor(outcome: Outcome): string | undefined {
  const address = addressOf(outcome);
  return outcome.difference && accepted.find(({ where }) => where.test(address))?.reason;
}
