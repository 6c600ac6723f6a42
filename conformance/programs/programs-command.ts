import path from 'node:path';
import { parseArgs } from 'node:util';
import { Subject } from '../lib/subject.ts';
import { type Program, resultOf } from './check.ts';
import { goChecks } from './go-checks.ts';
import { helms } from './helm.ts';
import { kubectls } from './kubectl.ts';
import { judgeControllers } from './upstream-controllers.ts';

const programs: Program[] = [...goChecks, ...kubectls, ...helms];

const usage = `usage: npm run conformance -- programs [--kubeconfig FILE] [--only REGEXP] [--upstream-bin DIR [--minutes N]]
  --kubeconfig     judge this cluster (a real one tells whether the programs are right); default: Dormice, embedded host
  --only           programs whose name matches
  --upstream-bin   also run kube-controller-manager and kube-scheduler of this folder against an API server of ours,
                   and against kube-apiserver and etcd of it, for so many minutes (10)
programs: ${programs.map(({ name }) => name).join('; ')}
`;

/** Runs programs that talk to an API server; 0 when no check of theirs fails. */
export async function programsCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      kubeconfig: { type: 'string' },
      only: { type: 'string', default: '' },
      'upstream-bin': { type: 'string' },
      minutes: { type: 'string', default: '10' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stderr.write(usage);
    return 0;
  }
  const chosen = programs.filter(({ name }) => new RegExp(values.only).test(name));
  const counts = { passed: 0, failed: 0 };
  const say = (program: string, check: string, failure: string): void => {
    counts[failure === '' ? 'passed' : 'failed'] += 1;
    if (failure === '') process.stdout.write(`PASS ${program}: ${check}\n`);
    else process.stdout.write(`FAIL ${program}: ${check}: ${failure}\n`);
  };
  const subject =
    values.kubeconfig === undefined && chosen.length > 0
      ? await Subject.start({ name: 'programs' })
      : undefined;
  try {
    const kubeconfig = path.resolve(values.kubeconfig ?? (await subject?.kubeconfig()) ?? '');
    for (const { name, run } of chosen) {
      for (const { name: check, failure } of await run(kubeconfig)) say(name, check, failure);
    }
  } finally {
    await subject?.end();
  }
  const bin = values['upstream-bin'];
  if (bin !== undefined) {
    const name = `${values.minutes} minutes without an error line of its own`;
    const result = await resultOf(name, () =>
      judgeControllers(path.resolve(bin), Number(values.minutes)),
    );
    say('upstream controllers', result.name, result.failure);
  }
  process.stdout.write(`${counts.passed} passed, ${counts.failed} failed\n`);
  return counts.failed === 0 ? 0 : 1;
}
