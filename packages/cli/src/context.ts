import type { CommandContext } from '@stricli/core';

/** What a command may touch; tests hand in their own. */
export interface CliContext extends CommandContext {
  readonly process: {
    readonly stdout: { write(text: string): void; isTTY?: boolean };
    readonly stderr: { write(text: string): void };
    readonly env: Readonly<Record<string, string | undefined>>;
    exitCode?: number | string | null | undefined;
  };
  readonly cwd: string;
  readonly now: () => Date;
}

/** A line for people: to stderr, so that stdout stays data. */
export function say(context: CliContext, text: string): void {
  context.process.stderr.write(`${text}\n`);
}

export function print(context: CliContext, text: string): void {
  context.process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}
