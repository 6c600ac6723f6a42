import { readFileSync } from 'node:fs';
import { buildCommand } from '@stricli/core';
import { stringify } from 'yaml';
import { type CliContext, print, say } from '../context.ts';
import { UsageError } from '../errors.ts';
import { hostFlags } from '../flags.ts';
import { connectHost, type HostFlags } from '../host.ts';

interface Flags extends HostFlags {
  client: boolean;
  output?: string;
}

/** Version of this Dormice, from the package. */
export function dormiceVersion(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

async function version(this: CliContext, flags: Flags): Promise<void> {
  const client = { dormice: dormiceVersion(), node: process.version };
  const host = flags.client ? undefined : await hostVersion(this, flags);
  const all = { client, ...(host === undefined ? {} : { host }) };
  if (flags.output === 'json') print(this, JSON.stringify(all, null, 2));
  else if (flags.output === 'yaml') print(this, stringify(all));
  else if (flags.output !== undefined) {
    throw new UsageError(`--output "${flags.output}": write json or yaml`);
  } else {
    print(this, `Client Version: ${client.dormice}`);
    if (host !== undefined) print(this, `Host Version: ${host}`);
  }
}

/** The host's Kubernetes version; a host that does not answer is said, and is no failure of this command. */
async function hostVersion(context: CliContext, flags: Flags): Promise<string | undefined> {
  try {
    const host = await connectHost(context, flags);
    try {
      const response = await host.client.transport.request({
        method: 'GET',
        path: '/version',
        query: new URLSearchParams(),
        headers: { accept: 'application/json' },
      });
      const pieces: Uint8Array[] = [];
      if (response.body instanceof Uint8Array) pieces.push(response.body);
      else for await (const piece of response.body) pieces.push(piece);
      const body = JSON.parse(Buffer.concat(pieces).toString('utf8')) as { gitVersion?: string };
      return body.gitVersion ?? 'unknown';
    } finally {
      await host.close();
    }
  } catch (error) {
    say(context, `no host version: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

export const versionCommand = buildCommand<Flags, [], CliContext>({
  func: version,
  parameters: {
    flags: {
      ...hostFlags,
      client: { kind: 'boolean', brief: 'Only the version of this program', default: false },
      output: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FORMAT',
        brief: 'json|yaml',
      },
    },
    aliases: { o: 'output' },
  },
  docs: { brief: 'Print the versions of Dormice and of the host' },
});
