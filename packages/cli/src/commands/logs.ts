import { open, stat } from 'node:fs/promises';
import path from 'node:path';
import { buildCommand } from '@stricli/core';
import { type CliContext, print } from '../context.ts';
import { UsageError } from '../errors.ts';
import { hostFlags, nameParameter, namespaceFlag } from '../flags.ts';
import { connectHost, type HostFlags } from '../host.ts';
import { findVirtualCluster } from '../virtual-clusters.ts';

interface Flags extends HostFlags {
  namespace?: string;
  tail?: number;
}

/** Lines of Dormice's log that speak of one virtual cluster. The log is the file that `up` writes beside its state. */
async function logs(this: CliContext, flags: Flags, name: string): Promise<void> {
  const host = await connectHost(this, flags);
  try {
    const object = await findVirtualCluster(host.client, name, flags.namespace);
    const directory = path.resolve(
      this.cwd,
      flags.dataDir ?? this.process.env['DORMICE_DATA_DIR'] ?? '.dormice',
    );
    const file = path.join(directory, 'dormice.log');
    const lines = await linesAbout(file, [
      `${object.metadata.namespace}/${name}`,
      object.metadata.uid ?? '',
    ]);
    const shown = flags.tail === undefined ? lines : lines.slice(-flags.tail);
    if (shown.length > 0) print(this, shown.join('\n'));
  } finally {
    await host.close();
  }
}

async function linesAbout(file: string, marks: readonly string[]): Promise<string[]> {
  const exists = await stat(file).then(
    () => true,
    () => false,
  );
  if (!exists) {
    throw new UsageError(
      `${file} does not exist; run this where "dormice up" runs, or name its folder with --data-dir`,
    );
  }
  const found: string[] = [];
  const handle = await open(file);
  for await (const line of handle.readLines()) {
    if (marks.some((mark) => line.includes(`"${mark}"`))) found.push(line);
  }
  return found;
}

export const logsCommand = buildCommand<Flags, [string], CliContext>({
  func: logs,
  parameters: {
    flags: {
      ...hostFlags,
      namespace: namespaceFlag,
      tail: {
        kind: 'parsed',
        parse: Number,
        optional: true,
        placeholder: 'LINES',
        brief: 'Only the last lines',
      },
    },
    aliases: { n: 'namespace' },
    positional: nameParameter,
  },
  docs: { brief: "Print the control plane's log of a virtual cluster" },
});
