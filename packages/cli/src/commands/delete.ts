import { isReason } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { buildCommand } from '@stricli/core';
import { type CliContext, print, say } from '../context.ts';
import { hostFlags, nameParameter, namespaceFlag, timeoutFlag } from '../flags.ts';
import { connectHost, type HostFlags } from '../host.ts';
import { resourceName } from '../output.ts';
import { findVirtualCluster, waitFor } from '../virtual-clusters.ts';
import { madeForLabel } from './create.ts';

interface Flags extends HostFlags {
  namespace?: string;
  wait: boolean;
  timeout?: number;
}

async function remove(this: CliContext, flags: Flags, name: string): Promise<void> {
  const host = await connectHost(this, flags);
  try {
    const object = await findVirtualCluster(host.client, name, flags.namespace);
    const namespace = object.metadata.namespace ?? '';
    await host.client.delete(resources.virtualclusters, name, {
      namespace,
      preconditions: { uid: object.metadata.uid ?? '' },
    });
    print(this, `${resourceName(object)} deleted`);
    if (!flags.wait) return;
    await waitFor(
      host.client,
      object,
      (now) => now === undefined || now.metadata.uid !== object.metadata.uid,
      {
        timeoutMs: flags.timeout ?? 60_000,
        onPhase: (phase) => say(this, `${name}: ${phase}`),
      },
    );
    await removeNamespace(this, host.client, namespace, name);
  } finally {
    await host.close();
  }
}

/** Takes away the namespace that `create` made, unless something of value is still in it. */
async function removeNamespace(
  context: CliContext,
  host: Client,
  namespace: string,
  name: string,
): Promise<void> {
  try {
    const found = await host.get(resources.namespaces, namespace);
    if (found.metadata.labels?.[madeForLabel] !== name) return;
    const claims = await host.list(resources.persistentvolumeclaims, { namespace });
    const kept = claims.items.filter((claim) => claim.metadata.deletionTimestamp === undefined);
    if (kept.length > 0) {
      const names = kept.map((claim) => claim.metadata.name).join(', ');
      say(context, `namespace ${namespace} stays: it holds retained volumes (${names})`);
      return;
    }
    const others = await host.list(resources.virtualclusters, { namespace });
    if (others.items.length > 0) return;
    await host.delete(resources.namespaces, namespace, {
      preconditions: { uid: found.metadata.uid ?? '' },
    });
  } catch (error) {
    if (!isReason(error, 'NotFound')) throw error;
  }
}

export const deleteCommand = buildCommand<Flags, [string], CliContext>({
  func: remove,
  parameters: {
    flags: {
      ...hostFlags,
      namespace: namespaceFlag,
      wait: { kind: 'boolean', brief: 'Wait until it is gone', default: true },
      timeout: timeoutFlag,
    },
    aliases: { n: 'namespace' },
    positional: nameParameter,
  },
  docs: { brief: 'Delete a virtual cluster, its state and (unless retained) its volumes' },
});
