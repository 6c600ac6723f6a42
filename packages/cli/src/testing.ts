import { run } from '@stricli/core';
import { application } from './application.ts';
import type { CliContext } from './context.ts';

export interface CliResult {
  stdout: string;
  stderr: string;
  status: number;
}

/** Runs a command line in this process. */
export async function runCli(
  args: string[],
  options: { cwd: string; env?: Record<string, string> },
): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  const context: CliContext = {
    process: {
      stdout: {
        write: (text) => {
          stdout += text;
        },
      },
      stderr: {
        write: (text) => {
          stderr += text;
        },
      },
      env: options.env ?? {},
      exitCode: undefined,
    },
    cwd: options.cwd,
    now: () => new Date(),
  };
  await run(application, args, context);
  return { stdout, stderr, status: Number(context.process.exitCode ?? 0) };
}
