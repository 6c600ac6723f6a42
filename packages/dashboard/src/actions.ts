import { errors, isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { kubeconfigSecretName, systemNamespace, type VirtualCluster } from '@dormice/operator';
import { templates } from './templates.ts';

/** What a person may do: all of it through the Kubernetes API of the host, as the CLI does. */
export interface ClusterRef {
  namespace: string;
  name: string;
}

export interface CreateRequest {
  name: string;
  template: string;
}

const resource = resources.virtualclusters;

export async function createCluster(host: Client, request: CreateRequest): Promise<KubeObject> {
  const { name } = request;
  if (typeof name !== 'string' || !/^[a-z0-9]([-a-z0-9]{0,40}[a-z0-9])?$/.test(name)) {
    throw errors.badRequest(
      `name ${JSON.stringify(name)} is not possible: write lower-case letters, digits and dashes, at most 42, beginning and ending with a letter or digit`,
    );
  }
  const template = templates.find(({ id }) => id === request.template);
  if (!template) {
    const known = templates.map(({ id }) => id).join(', ');
    throw errors.badRequest(
      `template ${JSON.stringify(request.template)} does not exist; choose one of ${known}`,
    );
  }
  const namespace = `vc-${name}`;
  await host
    .create(resources.namespaces, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace, labels: { 'dormice.dev/made-for': name } },
    })
    .catch((error: unknown) => {
      if (!isReason(error, 'AlreadyExists')) throw error;
    });
  const object: KubeObject = {
    apiVersion: 'dormice.dev/v1alpha1',
    kind: 'VirtualCluster',
    metadata: { name, namespace },
    spec: template.spec,
  };
  return host.create(resource, object, { namespace });
}

/** Wakes (1) or puts to sleep (0). */
export function setReplicas(host: Client, ref: ClusterRef, replicas: 0 | 1): Promise<KubeObject> {
  return host.patch(
    resource,
    ref.name,
    { spec: { replicas } },
    { type: 'merge', namespace: ref.namespace },
  );
}

export async function deleteCluster(host: Client, ref: ClusterRef): Promise<void> {
  await host.delete(resource, ref.name, { namespace: ref.namespace });
}

export async function kubeconfigOf(host: Client, ref: ClusterRef): Promise<string> {
  await host.get<VirtualCluster>(resource, ref.name, { namespace: ref.namespace });
  const secret = await host.get(resources.secrets, kubeconfigSecretName(ref.name, ref.namespace), {
    namespace: systemNamespace,
  });
  return Buffer.from(String(secret['data']?.config ?? ''), 'base64').toString('utf8');
}
