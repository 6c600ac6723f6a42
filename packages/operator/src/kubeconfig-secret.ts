import { isReason, type KubeObject } from '@dormice/apimachinery';
import type { ClusterPki } from '@dormice/apiserver';
import { type Client, resources } from '@dormice/client';
import { adminDays, adminKubeconfig, renewBeforeDays } from './identity.ts';
import { fingerprint } from './identity-file.ts';
import { kubeconfigSecretName } from './names.ts';
import { timestamp } from './status.ts';
import { labels, systemNamespace, type VirtualCluster } from './virtual-cluster.ts';

/** What a kept kubeconfig was made for; another address, another CA or a certificate near its end make it anew. */
interface MadeFor {
  endpoint: string;
  /** Fingerprint of the CA. */
  identity: string;
  /** When the certificate in it should be replaced, RFC 3339. */
  renewAfter: string;
}

const keys: Record<keyof MadeFor, string> = {
  endpoint: 'dormice.dev/endpoint',
  identity: 'dormice.dev/identity',
  renewAfter: 'dormice.dev/renew-after',
};

/** The tenant's admin kubeconfig, kept in Dormice's own namespace on the host. */
export function kubeconfigSecret(
  object: VirtualCluster,
  kubeconfig: string,
  made: MadeFor,
): KubeObject {
  const { name = '', namespace = '', uid = '' } = object.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'dormice.dev/kubeconfig',
    metadata: {
      name: kubeconfigSecretName(name, namespace),
      namespace: systemNamespace,
      labels: {
        [labels.cluster]: uid,
        [labels.managedBy]: 'dormice',
      },
      annotations: {
        'dormice.dev/virtual-cluster': `${namespace}/${name}`,
        [keys.endpoint]: made.endpoint,
        [keys.identity]: made.identity,
        [keys.renewAfter]: made.renewAfter,
      },
    },
    data: { config: Buffer.from(kubeconfig).toString('base64') },
  };
}

/** Is a kept one still good? */
export function isCurrent(
  secret: KubeObject,
  wanted: Omit<MadeFor, 'renewAfter'>,
  now: Date,
): boolean {
  const { annotations = {} } = secret.metadata;
  return (
    annotations[keys.endpoint] === wanted.endpoint &&
    annotations[keys.identity] === wanted.identity &&
    Date.parse(annotations[keys.renewAfter] ?? '') > now.getTime()
  );
}

const day = 86_400_000;

/** Makes sure that the Secret holds a good kubeconfig; a good one is left as it is. */
export async function ensureKubeconfigSecret(
  host: Client,
  object: VirtualCluster,
  pki: ClusterPki,
  options: { endpoint: string; now: Date },
): Promise<void> {
  const { endpoint, now } = options;
  const { name = '', namespace = '' } = object.metadata;
  const wanted = { endpoint, identity: fingerprint(pki) };
  const found = await host
    .get(resources.secrets, kubeconfigSecretName(name, namespace), { namespace: systemNamespace })
    .catch((error: unknown) => {
      if (isReason(error, 'NotFound')) return undefined;
      throw error;
    });
  if (found && isCurrent(found, wanted, now)) return;
  const secret = kubeconfigSecret(object, await adminKubeconfig(object, pki, endpoint), {
    ...wanted,
    renewAfter: timestamp(new Date(now.getTime() + (adminDays - renewBeforeDays) * day)),
  });
  if (!found) {
    await host.create(resources.secrets, secret, { namespace: systemNamespace });
    return;
  }
  const { annotations, labels: own } = secret.metadata;
  await host.update(resources.secrets, {
    ...found,
    metadata: {
      ...found.metadata,
      ...(annotations === undefined ? {} : { annotations }),
      ...(own === undefined ? {} : { labels: own }),
    },
    data: secret['data'],
  });
}

export async function removeKubeconfigSecret(host: Client, object: VirtualCluster): Promise<void> {
  const { name = '', namespace = '' } = object.metadata;
  await host
    .delete(resources.secrets, kubeconfigSecretName(name, namespace), {
      namespace: systemNamespace,
    })
    .catch((error: unknown) => {
      if (!isReason(error, 'NotFound')) throw error;
    });
}
