/** `npm run conformance -- NAME …`: what programs that nobody here wrote say about the API server. */
import { twinCommand } from './twin/twin-command.ts';

/** Each takes the rest of the command line and gives the exit status. */
const commands: Record<string, { what: string; run: (args: string[]) => Promise<number> }> = {
  twin: {
    what: 'the same requests to kube-apiserver and to ours, answer by answer',
    run: twinCommand,
  },
};

const [name = '', ...args] = process.argv.slice(2);
const chosen = Object.hasOwn(commands, name) ? commands[name] : undefined;
if (chosen) {
  process.exitCode = await chosen.run(args);
} else {
  const lines = Object.entries(commands).map(([key, { what }]) => `  ${key.padEnd(10)} ${what}\n`);
  process.stderr.write(`usage: npm run conformance -- NAME [--help]\n${lines.join('')}`);
  process.exitCode = 2;
}
