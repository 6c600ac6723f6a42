import { isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import type { AdmissionAttributes, AdmissionPlugin } from '../../api-server.ts';
import { chargeQuotas } from '../quota/charge-quotas.ts';
import { evaluatorOf } from '../quota/evaluator.ts';

/** How often quotas that somebody else changed meanwhile are charged again. */
const tries = 3;

/** The last charge of each namespace of a cluster: quotas are charged one after the other. */
const turns = new WeakMap<Client, Map<string, Promise<unknown>>>();

/** Charges what a request takes to the quotas of its namespace, and refuses what goes beyond one. */
export const resourceQuota: AdmissionPlugin = {
  name: 'ResourceQuota',
  async validate(attributes, client) {
    const { group, resource, namespace } = attributes;
    const isNamespace = group === '' && resource === 'namespaces';
    if (namespace === '' || isNamespace) return;
    const evaluator = evaluatorOf(group, resource);
    if (!evaluator?.handles(attributes)) return;
    const { items } = await client.list(resources.resourcequotas, { namespace });
    if (items.length === 0) return;
    await inTurn(client, namespace, async () => charge(attributes, client));
  },
};

async function inTurn(client: Client, namespace: string, work: () => Promise<void>): Promise<void> {
  const known = turns.get(client) ?? new Map<string, Promise<unknown>>();
  turns.set(client, known);
  const mine = (known.get(namespace) ?? Promise.resolve()).then(work);
  const settled = mine.catch(() => undefined);
  known.set(namespace, settled);
  try {
    await mine;
  } finally {
    if (known.get(namespace) === settled) known.delete(namespace);
  }
}

/** @throws StatusError when a quota is exceeded */
async function charge(attributes: AdmissionAttributes, client: Client): Promise<void> {
  const { namespace } = attributes;
  let pending: ReadonlySet<string> | undefined;
  for (let attempt = 0; ; attempt += 1) {
    const { items } = await client.list(resources.resourcequotas, { namespace });
    const open = items.filter(({ metadata }) => pending?.has(metadata.name ?? '') ?? true);
    const charged = chargeQuotas(open, attributes);
    if (attributes.dryRun) return;
    const failed = new Set<string>();
    for (const quota of charged) {
      const error = await write(client, quota);
      if (error && attempt >= tries) throw error;
      if (error) failed.add(quota.metadata.name ?? '');
    }
    if (failed.size === 0) return;
    pending = failed;
  }
}

async function write(client: Client, quota: KubeObject): Promise<Error | undefined> {
  try {
    const options = { subresource: 'status', fieldManager: 'kube-apiserver' };
    await client.update(resources.resourcequotas, quota, options);
    return undefined;
  } catch (error) {
    if (isReason(error, 'NotFound')) return undefined;
    if (error instanceof Error) return error;
    throw error;
  }
}
