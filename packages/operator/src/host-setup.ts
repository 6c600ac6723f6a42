import { isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { virtualClusterCrd } from './crd.ts';

/** Installs or updates the CRD, and waits until the host serves it. */
export async function installCrd(host: Client): Promise<void> {
  const crds = resources.customresourcedefinitions;
  const name = virtualClusterCrd.metadata.name ?? '';
  await host.patch(crds, name, virtualClusterCrd, {
    type: 'apply',
    fieldManager: 'dormice-operator',
    force: true,
  });
  for (let tries = 0; tries < 100; tries += 1) {
    const crd = await host.get(crds, name);
    const conditions: { type: string; status: string }[] = crd['status']?.conditions ?? [];
    if (conditions.some((entry) => entry.type === 'Established' && entry.status === 'True')) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${name} was not established by the host within 5 s; see its conditions`);
}

export async function ensureNamespace(host: Client, name: string): Promise<void> {
  const namespace: KubeObject = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
  await host.create(resources.namespaces, namespace).catch((error: unknown) => {
    if (!isReason(error, 'AlreadyExists')) throw error;
  });
}
