import { buildCommand } from '@stricli/core';
import { type CliContext, print } from '../context.ts';
import { hostFlags, nameParameter, namespaceFlag } from '../flags.ts';
import { connectHost, type HostFlags } from '../host.ts';
import { findVirtualCluster, readKubeconfig } from '../virtual-clusters.ts';

interface Flags extends HostFlags {
  namespace?: string;
}

async function kubeconfig(this: CliContext, flags: Flags, name: string): Promise<void> {
  const host = await connectHost(this, flags);
  try {
    const object = await findVirtualCluster(host.client, name, flags.namespace);
    print(this, await readKubeconfig(host.client, object));
  } finally {
    await host.close();
  }
}

export const kubeconfigCommand = buildCommand<Flags, [string], CliContext>({
  func: kubeconfig,
  parameters: {
    flags: { ...hostFlags, namespace: namespaceFlag },
    aliases: { n: 'namespace' },
    positional: nameParameter,
  },
  docs: { brief: 'Print the kubeconfig of a virtual cluster' },
});
