import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { type SpecDraft, specFromVclusterValues, type VirtualCluster } from '@dormice/server';
import { buildCommand } from '@stricli/core';
import { load } from 'js-yaml';
import { type CliContext, print, say } from '../context.ts';
import { UsageError } from '../errors.ts';
import { hostFlags, nameParameter, namespaceFlag, outputFlag, timeoutFlag } from '../flags.ts';
import { connectHost, type HostFlags } from '../host.ts';
import { parseOutput, renderObjects, resourceName } from '../output.ts';
import { isRunning, namespaceOf, waitFor } from '../virtual-clusters.ts';

interface Flags extends HostFlags {
  namespace?: string;
  values?: string;
  mode?: 'Static' | 'Dynamic';
  runPolicy?: 'Always' | 'OnDemand' | 'Stopped';
  ephemeral: boolean;
  idle?: string;
  dryRun: boolean;
  wait: boolean;
  output?: string;
  timeout?: number;
}

/** Label on a namespace that `create` made: `delete` takes it away again. */
export const madeForLabel = 'dormice.dev/made-for';

async function create(this: CliContext, flags: Flags, name: string): Promise<void> {
  const format = flags.output === undefined ? undefined : parseOutput(flags.output);
  const spec = await specOf(this, flags);
  const namespace = flags.namespace ?? namespaceOf(name);
  const object: KubeObject = {
    apiVersion: 'dormice.dev/v1alpha1',
    kind: 'VirtualCluster',
    metadata: { name, namespace },
    spec,
  };
  if (flags.dryRun) {
    print(this, renderObjects([object], format === 'json' ? 'json' : 'yaml', true));
    return;
  }
  const host = await connectHost(this, flags);
  try {
    await ensureNamespace(host.client, namespace, flags.namespace === undefined ? name : undefined);
    const created = await host.client.create<VirtualCluster>(
      resources.virtualclusters,
      object as VirtualCluster,
      { namespace },
    );
    const runs = created.spec.runPolicy !== 'Stopped' && created.spec.replicas !== 0;
    if (flags.wait && runs) {
      await waitFor(host.client, created, isRunning, {
        timeoutMs: flags.timeout ?? 60_000,
        onPhase: (phase) => say(this, `${name}: ${phase}`),
      });
    }
    if (format === 'json' || format === 'yaml' || format === 'name') {
      print(this, renderObjects([created], format, true));
    } else {
      print(this, `${resourceName(created)} created`);
    }
    say(this, `next: dormice connect ${name}    (adds a context to your kubeconfig)`);
    say(this, `  or: dormice kubeconfig ${name} > ${name}.kubeconfig`);
  } finally {
    await host.close();
  }
}

async function specOf(context: CliContext, flags: Flags): Promise<SpecDraft> {
  let spec: SpecDraft = {};
  if (flags.values !== undefined) {
    const file = path.resolve(context.cwd, flags.values);
    const result = specFromVclusterValues(load(await readFile(file, 'utf8')));
    if (result.problems.length > 0) {
      const list = result.problems.map((problem) => `  ${problem}`).join('\n');
      throw new UsageError(`${flags.values} has keys that cannot be honoured:\n${list}`);
    }
    spec = result.spec;
  }
  if (flags.mode !== undefined) spec.mode = flags.mode;
  if (flags.runPolicy !== undefined) spec.runPolicy = flags.runPolicy;
  if (flags.idle !== undefined) spec.sleep = { afterIdle: flags.idle };
  if (flags.ephemeral) {
    if (flags.mode === 'Static') {
      throw new UsageError('--ephemeral needs --mode Dynamic: a Static cluster keeps its state');
    }
    spec.mode = 'Dynamic';
    spec.controlPlane = {
      ...(spec.controlPlane as object | undefined),
      persistence: { type: 'Ephemeral' },
    };
  }
  return spec;
}

async function ensureNamespace(
  host: Client,
  namespace: string,
  madeFor: string | undefined,
): Promise<void> {
  const object: KubeObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: {
      name: namespace,
      ...(madeFor === undefined ? {} : { labels: { [madeForLabel]: madeFor } }),
    },
  };
  await host.create(resources.namespaces, object).catch((error: unknown) => {
    if (!isReason(error, 'AlreadyExists')) throw error;
  });
}

export const createCommand = buildCommand<Flags, [string], CliContext>({
  func: create,
  parameters: {
    flags: {
      ...hostFlags,
      namespace: namespaceFlag,
      values: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'FILE',
        brief: 'Values file written for vCluster (vcluster.yaml)',
      },
      mode: {
        kind: 'enum',
        values: ['Static', 'Dynamic'],
        optional: true,
        brief: 'State kept for life, or spawned on demand',
      },
      runPolicy: {
        kind: 'enum',
        values: ['Always', 'OnDemand', 'Stopped'],
        optional: true,
        brief: 'When it runs (OnDemand)',
      },
      ephemeral: {
        kind: 'boolean',
        brief: 'Dynamic, and API state is discarded at each stop',
        default: false,
      },
      idle: {
        kind: 'parsed',
        parse: String,
        optional: true,
        placeholder: 'DURATION',
        brief: 'Sleep after so long without use, such as 30m',
      },
      dryRun: { kind: 'boolean', brief: 'Print the object, create nothing', default: false },
      wait: { kind: 'boolean', brief: 'Wait until the API answers', default: true },
      output: outputFlag,
      timeout: timeoutFlag,
    },
    aliases: { n: 'namespace', o: 'output', f: 'values' },
    positional: nameParameter,
  },
  docs: { brief: 'Create a virtual cluster' },
});
