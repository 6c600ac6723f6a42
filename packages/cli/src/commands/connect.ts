import { homedir } from 'node:os';
import path from 'node:path';
import { mergeKubeconfig, parseKubeconfig } from '@dormice/client';
import { buildCommand } from '@stricli/core';
import { type CliContext, print, say } from '../context.ts';
import { hostFlags, nameParameter, namespaceFlag } from '../flags.ts';
import { connectHost, type HostFlags } from '../host.ts';
import { findVirtualCluster, readKubeconfig } from '../virtual-clusters.ts';

interface Flags extends HostFlags {
  namespace?: string;
  kubeconfig?: string;
  switch: boolean;
}

/** kubectl's rule for new stanzas: the named file, else the first of `$KUBECONFIG`, else `~/.kube/config`. */
function targetFile(context: CliContext, flags: Flags): string {
  if (flags.kubeconfig !== undefined) return path.resolve(context.cwd, flags.kubeconfig);
  const [first] = (context.process.env['KUBECONFIG'] ?? '').split(path.delimiter).filter(Boolean);
  return path.resolve(context.cwd, first ?? path.join(homedir(), '.kube', 'config'));
}

async function connect(this: CliContext, flags: Flags, name: string): Promise<void> {
  const host = await connectHost(this, flags);
  try {
    const object = await findVirtualCluster(host.client, name, flags.namespace);
    const added = parseKubeconfig(await readKubeconfig(host.client, object));
    const file = targetFile(this, flags);
    await mergeKubeconfig(file, added, { switch: flags.switch });
    const context = `dormice_${name}_${object.metadata.namespace}`;
    print(this, `context "${context}" ${flags.switch ? 'added and chosen' : 'added'}`);
    say(
      this,
      flags.switch
        ? 'next: kubectl get namespaces'
        : `next: kubectl --context ${context} get namespaces    (or choose it: kubectl config use-context ${context})`,
    );
  } finally {
    await host.close();
  }
}

export const connectCommand = buildCommand<Flags, [string], CliContext>({
  func: connect,
  parameters: {
    flags: {
      ...hostFlags,
      namespace: namespaceFlag,
      kubeconfig: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE',
        brief: 'File to add the context to ($KUBECONFIG, ~/.kube/config)',
      },
      switch: { kind: 'boolean', brief: 'Make it the current context', default: false },
    },
    aliases: { n: 'namespace' },
    positional: nameParameter,
  },
  docs: { brief: 'Add a context for a virtual cluster to your kubeconfig' },
});
