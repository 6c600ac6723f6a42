import { humanDuration, type KubeObject } from '@dormice/apimachinery';
import { listAll, resources } from '@dormice/client';
import type { VirtualCluster } from '@dormice/server';
import { buildCommand } from '@stricli/core';
import { type CliContext, print, say } from '../context.ts';
import { hostFlags, namespaceFlag, outputFlag } from '../flags.ts';
import { connectHost, type HostFlags } from '../host.ts';
import { parseOutput, renderObjects, renderTable, type TableColumn } from '../output.ts';
import { findVirtualCluster } from '../virtual-clusters.ts';

interface Flags extends HostFlags {
  namespace?: string;
  output?: string;
  noHeaders: boolean;
}

function columns(now: Date): TableColumn[] {
  const since = (time: unknown): string =>
    typeof time === 'string' ? humanDuration(now.getTime() - Date.parse(time)) : '<unknown>';
  const status = (object: KubeObject) => (object as VirtualCluster).status ?? {};
  return [
    { name: 'Namespace', cell: (object) => object.metadata.namespace ?? '' },
    { name: 'Name', cell: (object) => object.metadata.name ?? '' },
    { name: 'Status', cell: (object) => status(object).phase ?? 'Pending' },
    { name: 'Mode', cell: (object) => String(object['spec'].mode) },
    {
      name: 'Last Activity',
      cell: (object) =>
        status(object).lastActivity === undefined ? 'Never' : since(status(object).lastActivity),
    },
    { name: 'Age', cell: (object) => since(object.metadata.creationTimestamp) },
    { name: 'Run Policy', wide: true, cell: (object) => String(object['spec'].runPolicy) },
    { name: 'Endpoint', wide: true, cell: (object) => status(object).endpoint ?? '' },
    { name: 'Server Name', wide: true, cell: (object) => status(object).serverName ?? '' },
    { name: 'Awake Because', wide: true, cell: (object) => status(object).awakeBecause ?? '' },
  ];
}

async function get(this: CliContext, flags: Flags, name?: string): Promise<void> {
  const format = flags.output === undefined ? 'table' : parseOutput(flags.output);
  const host = await connectHost(this, flags);
  try {
    const objects =
      name === undefined
        ? await listAll<VirtualCluster>(host.client, resources.virtualclusters, {
            ...(flags.namespace === undefined ? {} : { namespace: flags.namespace }),
          })
        : [await findVirtualCluster(host.client, name, flags.namespace)];
    if (format !== 'table' && format !== 'wide') {
      print(this, renderObjects(objects, format, name !== undefined));
    } else if (objects.length === 0) {
      say(this, 'No virtual clusters found. Make one: dormice create NAME');
    } else {
      const options = { wide: format === 'wide', noHeaders: flags.noHeaders };
      print(this, renderTable(objects, columns(this.now()), options));
    }
  } finally {
    await host.close();
  }
}

const flags = {
  ...hostFlags,
  namespace: namespaceFlag,
  output: outputFlag,
  noHeaders: { kind: 'boolean', brief: 'Leave the header line out', default: false },
} as const;

export const getCommand = buildCommand<Flags, [string?], CliContext>({
  func: get,
  parameters: {
    flags,
    aliases: { n: 'namespace', o: 'output' },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          parse: String,
          placeholder: 'NAME',
          brief: 'Name of the virtual cluster',
          optional: true,
        },
      ],
    },
  },
  docs: { brief: 'Show one virtual cluster, or all' },
});

export const listCommand = buildCommand<Flags, [], CliContext>({
  func: get,
  parameters: { flags, aliases: { n: 'namespace', o: 'output' } },
  docs: { brief: 'List virtual clusters' },
});
