import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runOk, until } from '../../e2e/lib/run.ts';
import { prepareTools } from '../../e2e/lib/tools.ts';
import { Subject } from '../lib/subject.ts';
import { withHosts } from '../lib/with-hosts.ts';
import { withResults } from './document.ts';
import { outcomesOf, sigOf } from './outcome.ts';
import { spreadPods } from './spread-pods.ts';

const root = path.dirname(path.dirname(import.meta.dirname));

const usage = `usage: npm run conformance -- upstream --host-kubeconfig FILE --suite FILE [--procs N] [--out DIR] [--write]
                                                 [--sig SIG | --focus REGEXP] [--name NAME]
  --suite   the conformance command of the host kit
  --write   puts the results into docs/conformance.md (a run of all specs only)
       npm run conformance -- upstream --suite FILE --report report.json [--write]    of a run that was
`;

/** Runs upstream's specs of the tier `objects` against a virtual cluster; 0 when none fails. */
export async function upstreamCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      'host-kubeconfig': { type: 'string' },
      suite: { type: 'string' },
      procs: { type: 'string', default: '4' },
      out: { type: 'string' },
      sig: { type: 'string' },
      focus: { type: 'string' },
      name: { type: 'string', default: 'conf' },
      report: { type: 'string' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { suite, report } = values;
  const kubeconfig = values['host-kubeconfig'];
  if (values.help || !suite || (!report && !kubeconfig)) {
    process.stderr.write(usage);
    return values.help ? 0 : 2;
  }
  const part = [
    ...(values.sig ? ['--sig', values.sig] : []),
    ...(values.focus ? ['--focus', values.focus] : []),
  ];
  const out = path.resolve(values.out ?? path.join(root, '.cache', 'conformance'));
  // What is judged is the code of the start.
  const when = today();
  if (!report) {
    const line = [path.resolve(suite), '--tier', 'objects', '--procs', values.procs, '--out', out];
    await judge(path.resolve(kubeconfig ?? ''), values.name, [...line, ...part]);
  }
  const file = report ?? path.join(out, 'report.json');
  const outcomes = outcomesOf(JSON.parse(readFileSync(file, 'utf8')));
  const failed = outcomes.filter(({ passed }) => !passed);
  if (values.write && part.length === 0) {
    const document = path.join(root, 'docs', 'conformance.md');
    const run = { outcomes, withContainers: specsWithContainers(suite), when };
    writeFileSync(document, withResults(readFileSync(document, 'utf8'), run));
  }
  for (const { spec, reason } of failed) process.stdout.write(`failed: ${spec} (${reason})\n`);
  process.stdout.write(`${outcomes.length - failed.length} passed, ${failed.length} failed\n`);
  return failed.length === 0 && outcomes.length > 0 ? 0 : 1;
}

/** Starts Dormice and a virtual cluster with two nodes in use, and lets the suite judge it. */
async function judge(hostKubeconfig: string, name: string, line: string[]): Promise<void> {
  const { kubectl } = await prepareTools();
  const subject = await Subject.start({ name, hostKubeconfig });
  try {
    const tenant = ['--kubeconfig', await subject.kubeconfig()];
    await runOk(kubectl, [...tenant, 'apply', '-f', '-'], { input: JSON.stringify(spreadPods) });
    await until('two nodes', async () => {
      const nodes = await runOk(kubectl, [...tenant, 'get', 'nodes', '--output', 'name']);
      return nodes.trim().split('\n').length >= 2;
    });
    const { file, host } = await subject.namedKubeconfig();
    const whole = withHosts(host, subject.directory, [...line, '--kubeconfig', file]);
    process.stderr.write('the suite runs …\n');
    await new Promise<void>((resolve, reject) => {
      const suite = spawn(whole[0] ?? '', whole.slice(1), { stdio: ['ignore', 'ignore', 2] });
      suite.on('error', reject);
      suite.on('close', () => resolve());
    });
  } finally {
    await subject.end();
  }
}

/** By SIG, from the kit's list of all specs. */
function specsWithContainers(suite: string): Map<string, number> {
  const list = path.join(path.dirname(path.resolve(suite)), '..', 'facts', 'conformance-1.35.tsv');
  const counts = new Map<string, number>();
  if (!existsSync(list)) return counts;
  for (const row of readFileSync(list, 'utf8').trim().split('\n')) {
    const [tier, , , spec = ''] = row.split('\t');
    if (tier === 'pods') counts.set(sigOf(spec), (counts.get(sigOf(spec)) ?? 0) + 1);
  }
  return counts;
}

function today(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: root });
  const date = new Date().toISOString().slice(0, 10);
  return `${date}, commit ${commit.toString().trim()}, ${os.cpus().length} cores`;
}
