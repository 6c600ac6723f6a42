import { errors } from '@dormice/apimachinery';
import { type Client, listAll, resources } from '@dormice/client';
import { kubeconfigSecretName, systemNamespace, type VirtualCluster } from '@dormice/server';
import { UsageError } from './errors.ts';

const resource = resources.virtualclusters;

/** The namespace that `create` makes for a cluster unless one is named. */
export const namespaceOf = (name: string): string => `vc-${name}`;

/** Finds a cluster by name: in the namespace that was named, else in all; an ambiguous name is an error. */
export async function findVirtualCluster(
  host: Client,
  name: string,
  namespace: string | undefined,
): Promise<VirtualCluster> {
  if (namespace !== undefined) return host.get<VirtualCluster>(resource, name, { namespace });
  const all = await listAll<VirtualCluster>(host, resource, {});
  const found = all.filter((object) => object.metadata.name === name);
  const [first] = found;
  if (first === undefined) throw errors.notFound(resource, name);
  if (found.length > 1) {
    const where = found.map((object) => object.metadata.namespace).join(', ');
    throw new UsageError(`"${name}" exists in several namespaces (${where}); choose one with -n`);
  }
  return first;
}

/** The tenant's kubeconfig, as YAML. */
export async function readKubeconfig(host: Client, object: VirtualCluster): Promise<string> {
  const { name = '', namespace = '' } = object.metadata;
  const secret = await host.get(resources.secrets, kubeconfigSecretName(name, namespace), {
    namespace: systemNamespace,
  });
  return Buffer.from(String(secret['data']?.config ?? ''), 'base64').toString('utf8');
}

export interface WaitOptions {
  timeoutMs: number;
  /** Called when the phase changes. */
  onPhase?: (phase: string, why: string) => void;
}

/** Follows a cluster until the condition holds; rejects with kubectl's words when the time is over. */
export async function waitFor(
  host: Client,
  object: VirtualCluster,
  holds: (object: VirtualCluster | undefined) => boolean,
  options: WaitOptions,
): Promise<void> {
  const { name = '', namespace = '' } = object.metadata;
  const until = Date.now() + options.timeoutMs;
  let phase = '';
  while (true) {
    const now = await host
      .get<VirtualCluster>(resource, name, { namespace })
      .catch((error: unknown) => {
        if ((error as { reason?: string }).reason === 'NotFound') return undefined;
        throw error;
      });
    if (holds(now)) return;
    const seen = now?.status?.phase ?? 'Pending';
    const ready = now?.status?.conditions?.find((entry) => entry.type === 'Ready');
    if (seen !== phase) options.onPhase?.(seen, ready?.message ?? '');
    phase = seen;
    if (seen === 'Failed') throw new Error(`${namespace}/${name} failed: ${ready?.message}`);
    if (Date.now() > until) {
      throw new Error(
        `timed out waiting for the condition on virtualclusters/${name}: it is ${seen}${ready ? ` (${ready.message})` : ''}`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
}

export const isRunning = (object: VirtualCluster | undefined): boolean =>
  object?.status?.phase === 'Running' &&
  object.status.observedGeneration === object.metadata.generation;

export const isAsleep = (object: VirtualCluster | undefined): boolean =>
  (object?.status?.phase === 'Sleeping' || object?.status?.phase === 'Stopped') &&
  object.status.observedGeneration === object.metadata.generation;
