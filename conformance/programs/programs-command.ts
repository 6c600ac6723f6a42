import path from 'node:path';
import { parseArgs } from 'node:util';
import { Subject } from '../lib/subject.ts';
import { type Program, resultOf } from './check.ts';
import { goChecks } from './go-checks.ts';
import { helms } from './helm.ts';
import { kubectls } from './kubectl.ts';
import { sampleApiServer } from './sample-apiserver.ts';
import { Tally } from './tally.ts';
import { judgeControllers } from './upstream-controllers.ts';

const root = path.dirname(path.dirname(import.meta.dirname));

const programs: Program[] = [...goChecks, ...kubectls, ...helms, sampleApiServer];

const usage = `usage: npm run conformance -- programs [--kubeconfig FILE | --host-kubeconfig FILE]
                                                 [--address IP] [--only REGEXP] [--write]
                                                 [--upstream-bin DIR [--minutes N]]
  --kubeconfig     judge this cluster (a real one tells whether the programs are right); default: Dormice, embedded host
  --host-kubeconfig
                   Dormice on this host instead of the embedded one: pods really run
  --only           programs whose name matches
  --address        of this machine as the cluster's API server reaches it, for webhooks and sample-apiserver
  --upstream-bin   also run sample-apiserver of this folder, and its kube-controller-manager and kube-scheduler: against
                   kube-apiserver and etcd of it, then against an API server of ours, for so many minutes (10; 0: not)
  --write          puts the counts into docs/conformance.md (a run of all programs only)
programs: ${programs.map(({ name }) => name).join('; ')}
`;

/** Runs programs that talk to an API server; 0 when no check of theirs fails. */
export async function programsCommand(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      kubeconfig: { type: 'string' },
      'host-kubeconfig': { type: 'string' },
      only: { type: 'string', default: '' },
      address: { type: 'string' },
      'upstream-bin': { type: 'string' },
      minutes: { type: 'string', default: '10' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stderr.write(usage);
    return 0;
  }
  const { address } = values;
  const named = values['upstream-bin'];
  const bin = named === undefined ? undefined : path.resolve(named);
  const chosen = programs.filter(
    ({ name, needsBin }) => new RegExp(values.only).test(name) && (!needsBin || bin !== undefined),
  );
  const tally = new Tally();
  const say = (program: string, check: string, failure: string): void => {
    tally.count(program, failure === '');
    if (failure === '') process.stdout.write(`PASS ${program}: ${check}\n`);
    else process.stdout.write(`FAIL ${program}: ${check}: ${failure}\n`);
  };
  const subject =
    values.kubeconfig === undefined && chosen.length > 0
      ? await Subject.start({ name: 'programs', hostKubeconfig: values['host-kubeconfig'] })
      : undefined;
  try {
    const kubeconfig = path.resolve(values.kubeconfig ?? (await subject?.kubeconfig()) ?? '');
    for (const { name, run } of chosen) {
      for (const { name: check, failure } of await run({ kubeconfig, address, bin }))
        say(name, check, failure);
    }
  } finally {
    await subject?.end();
  }
  if (bin !== undefined && Number(values.minutes) > 0) {
    const name = `${values.minutes} minutes without an error line of its own`;
    const result = await resultOf(name, () => judgeControllers(bin, Number(values.minutes)));
    say('upstream controllers', result.name, result.failure);
  }
  if (values.write && values.only === '') tally.write(path.join(root, 'docs', 'conformance.md'));
  const { passed, failed } = tally.sum();
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}
