import { isReason, type KubeObject, toStatusError } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { absent } from './host-writer.ts';

const name = 'kubernetes';

/**
 * The range that Service addresses come from. They are the host's to give, so the virtual cluster's default ServiceCIDR
 * says what the host's says; where that cannot be read, the one address that is known.
 */
export async function ensureServiceRange(
  virtual: Client,
  host: Client,
  apiServiceIp: string,
): Promise<void> {
  const known = await virtual.get(resources.servicecidrs, name).catch(absent);
  if (known) return;
  const cidrs = (await hostRange(host)) ?? [
    `${apiServiceIp}/${apiServiceIp.includes(':') ? 128 : 32}`,
  ];
  const created = await virtual
    .create(resources.servicecidrs, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'ServiceCIDR',
      metadata: { name },
      spec: { cidrs },
    })
    .catch((error: unknown) => {
      if (!isReason(error, 'AlreadyExists')) throw error;
      return undefined;
    });
  if (created)
    await virtual.update(resources.servicecidrs, ready(created), { subresource: 'status' });
}

async function hostRange(host: Client): Promise<string[] | undefined> {
  try {
    return (await host.get(resources.servicecidrs, name))['spec']?.cidrs;
  } catch (error) {
    // Hosts before 1.33 have no such kind, and Dormice may not be allowed to read it.
    const { code } = toStatusError(error);
    if (code === 403 || code === 404) return undefined;
    throw error;
  }
}

const ready = (range: KubeObject): KubeObject => ({
  ...range,
  status: {
    conditions: [
      {
        type: 'Ready',
        status: 'True',
        reason: '',
        message: 'Kubernetes Service CIDR is ready',
        lastTransitionTime: range.metadata.creationTimestamp,
      },
    ],
  },
});
