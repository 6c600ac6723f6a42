/** `npm run conformance -- NAME …`: what programs that nobody here wrote say about the API server. */
import { programsCommand } from './programs/programs-command.ts';
import { twinCommand } from './twin/twin-command.ts';
import { upstreamCommand } from './upstream/upstream-command.ts';

/** Each takes the rest of the command line and gives the exit status. */
const commands: Record<string, { what: string; run: (args: string[]) => Promise<number> }> = {
  twin: {
    what: 'the same requests to kube-apiserver and to ours, answer by answer',
    run: twinCommand,
  },
  upstream: {
    what: "upstream's [Conformance] specs that need no container (10 minutes and more)",
    run: upstreamCommand,
  },
  programs: {
    what: 'kubectl, Helm, client-go, controller-runtime and upstream controllers',
    run: programsCommand,
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
