import { run } from '../../e2e/lib/run.ts';
import { type Program, parseResults } from './check.ts';
import { buildGoProgram } from './go-builds.ts';

/** Programs of `conformance/go/checks`, and the ways each is run. */
const runs = [
  { name: 'client-go, protobuf', program: 'client', args: ['--content', 'protobuf'] },
  { name: 'client-go, JSON', program: 'client', args: ['--content', 'json'] },
  { name: 'client-go, lists and watches', program: 'client', args: ['--watch-list=false'] },
  { name: 'wire', program: 'wire', args: [] },
  { name: 'controller-runtime', program: 'manager', args: [] },
] as const;

export const goChecks: Program[] = runs.map(({ name, program, args }) => ({
  name,
  run: async ({ kubeconfig, address }) => {
    const file = buildGoProgram(program);
    const reached =
      program === 'manager' && address !== undefined ? ['--webhook-address', address] : [];
    const line = ['--kubeconfig', kubeconfig, ...args, ...reached];
    const { stdout, stderr } = await run(file, line, { timeoutMs: 900_000 });
    const results = parseResults(stdout);
    const ended = /^\d+ passed, \d+ failed$/m.test(stdout);
    if (ended) return results;
    return [...results, { name: 'runs to its end', failure: stderr.slice(-500) }];
  },
}));
