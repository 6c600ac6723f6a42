import { errors, isReason, type KubeObject, randomSuffix } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import type { AdmissionAttributes, AdmissionPlugin } from '../../api-server.ts';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

interface Container {
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
}

/** Gives a pod its account, the account's pull secrets, and a token that ends with the pod. */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  async admit(attributes, client) {
    const { object, operation } = attributes;
    if (attributes.group !== '' || attributes.resource !== 'pods' || attributes.subresource !== '')
      return;
    if (operation !== 'CREATE' || !object) return;
    if (object.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) return;
    const spec = object['spec'];
    const name: string = spec.serviceAccountName || 'default';
    spec.serviceAccountName = name;
    spec.serviceAccount = name;
    const account = await accountOf(attributes, client, name);
    if (shouldMount(spec, account)) mountToken(spec);
    if (
      (spec.imagePullSecrets ?? []).length === 0 &&
      (account['imagePullSecrets'] ?? []).length > 0
    ) {
      spec.imagePullSecrets = account['imagePullSecrets'];
    }
  },
};

async function accountOf(
  { namespace, object }: AdmissionAttributes,
  client: Client,
  name: string,
): Promise<KubeObject> {
  // A new namespace gets its default account a moment after it was made: upstream waits a second for it.
  for (let tries = 0; ; tries += 1) {
    try {
      return await client.get(resources.serviceaccounts, name, { namespace });
    } catch (error) {
      if (!isReason(error, 'NotFound')) throw error;
      if (tries >= 20) {
        const pod = object?.metadata.name || object?.metadata.generateName || '';
        throw errors.forbidden(
          { group: '', resource: 'pods' },
          pod,
          `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`,
        );
      }
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The pod's word counts before the account's; without either it is mounted. */
function shouldMount(spec: KubeObject['spec'], account: KubeObject): boolean {
  return spec.automountServiceAccountToken ?? account['automountServiceAccountToken'] ?? true;
}

function mountToken(spec: KubeObject['spec']): void {
  const containers: Container[] = [...(spec.initContainers ?? []), ...(spec.containers ?? [])];
  const missing = containers.filter(
    ({ volumeMounts }) => !(volumeMounts ?? []).some((mount) => mount.mountPath === mountPath),
  );
  if (missing.length === 0) return;
  const name = `kube-api-access-${randomSuffix()}`;
  for (const container of missing) {
    container.volumeMounts = [
      ...(container.volumeMounts ?? []),
      { name, readOnly: true, mountPath },
    ];
  }
  spec.volumes = [
    ...(spec.volumes ?? []),
    {
      name,
      projected: {
        defaultMode: 420,
        sources: [
          { serviceAccountToken: { expirationSeconds: 3607, path: 'token' } },
          {
            configMap: {
              name: 'kube-root-ca.crt',
              items: [{ key: 'ca.crt', path: 'ca.crt' }],
            },
          },
          {
            downwardAPI: {
              items: [
                {
                  path: 'namespace',
                  fieldRef: { apiVersion: 'v1', fieldPath: 'metadata.namespace' },
                },
              ],
            },
          },
        ],
      },
    },
  ];
}
