import { resources } from '@dormice/client';
import type { VirtualCluster } from '@dormice/server';
import { buildCommand } from '@stricli/core';
import { type CliContext, print, say } from '../context.ts';
import { UsageError } from '../errors.ts';
import { hostFlags, nameParameter, namespaceFlag, timeoutFlag } from '../flags.ts';
import { connectHost, type HostFlags } from '../host.ts';
import { resourceName } from '../output.ts';
import { findVirtualCluster, isAsleep, isRunning, waitFor } from '../virtual-clusters.ts';

interface Flags extends HostFlags {
  namespace?: string;
  wait: boolean;
  timeout?: number;
}

interface RunState {
  replicas: 0 | 1;
  reached: (object: VirtualCluster | undefined) => boolean;
  /** `slept`, `woken`: kubectl's past tense. */
  done: string;
  brief: string;
}

function runStateCommand(wanted: RunState) {
  async function act(this: CliContext, flags: Flags, name: string): Promise<void> {
    const host = await connectHost(this, flags);
    try {
      const found = await findVirtualCluster(host.client, name, flags.namespace);
      if (wanted.replicas === 1 && found.spec.runPolicy === 'Stopped') {
        throw new UsageError(
          `${name} is stopped by its run policy; change it first: kubectl patch vc ${name} -n ${found.metadata.namespace} --type merge -p '{"spec":{"runPolicy":"OnDemand"}}'`,
        );
      }
      const patched = await host.client.patch<VirtualCluster>(
        resources.virtualclusters,
        name,
        { spec: { replicas: wanted.replicas } },
        { type: 'merge', namespace: found.metadata.namespace ?? '' },
      );
      if (flags.wait) {
        await waitFor(host.client, patched, wanted.reached, {
          timeoutMs: flags.timeout ?? 60_000,
          onPhase: (phase) => say(this, `${name}: ${phase}`),
        });
      }
      print(this, `${resourceName(patched)} ${wanted.done}`);
    } finally {
      await host.close();
    }
  }
  return buildCommand<Flags, [string], CliContext>({
    func: act,
    parameters: {
      flags: {
        ...hostFlags,
        namespace: namespaceFlag,
        wait: { kind: 'boolean', brief: 'Wait until it is so', default: true },
        timeout: timeoutFlag,
      },
      aliases: { n: 'namespace' },
      positional: nameParameter,
    },
    docs: { brief: wanted.brief },
  });
}

export const sleepCommand = runStateCommand({
  replicas: 0,
  reached: isAsleep,
  done: 'slept',
  brief: 'Put a virtual cluster to sleep: its pods stop, its state and volumes stay',
});

export const wakeCommand = runStateCommand({
  replicas: 1,
  reached: isRunning,
  done: 'woken',
  brief: 'Wake a virtual cluster',
});
