import { randomBytes } from 'node:crypto';
import { run } from '../../e2e/lib/run.ts';
import { type Result, resultOf } from './check.ts';

/** One command line and what is expected of it. */
export interface Step {
  /** Words are separated by spaces; `NS` stands for the namespace of the run. */
  line: string;
  input?: string;
  /** What the output (both streams) has to match; several have to match all. */
  says?: RegExp | RegExp[];
  /** Default 0. */
  status?: number;
}

const manyTries = /--timeout|^wait|^rollout status/;

export const newNamespace = () => `go-${randomBytes(3).toString('hex')}`;

export interface Options {
  /** Default: a new name. */
  namespace?: string;
  env?: NodeJS.ProcessEnv;
  /** Called at the end with the namespace of the run. */
  cleanUp?: (namespace: string) => Promise<unknown>;
}

/** Runs the steps in their order, each once; later steps run even when one fails. */
export async function runSteps(
  program: string,
  global: string[],
  steps: Step[],
  { env = process.env, namespace = newNamespace(), cleanUp }: Options = {},
): Promise<Result[]> {
  const results: Result[] = [];
  for (const { line, input, says = [], status = 0 } of steps) {
    const named = (text: string) => text.replaceAll(/\bNS\b/g, namespace);
    const args = named(line).split(' ');
    results.push(
      await resultOf(line, async () => {
        const answer = await run(program, [...global, ...args], {
          env,
          timeoutMs: manyTries.test(line) ? 120_000 : 60_000,
          ...(input === undefined ? {} : { input: named(input) }),
        });
        const output = `${answer.stdout}${answer.stderr}`;
        if (answer.status !== status) {
          throw new Error(`status ${answer.status}, not ${status}: ${output.trim()}`);
        }
        for (const pattern of [says].flat()) {
          if (!pattern.test(output)) throw new Error(`${pattern} is not in: ${output.trim()}`);
        }
      }),
    );
  }
  await cleanUp?.(namespace);
  return results;
}
