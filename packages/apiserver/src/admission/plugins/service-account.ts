import { isReason, type KubeObject, randomSuffix } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import type { AdmissionAttributes, AdmissionPlugin } from '../../api-server.ts';
import { forbid } from './forbid.ts';
import { namesSecrets, projectsTokens, unmountableSecret } from './pod-secrets.ts';

const mountPath = '/var/run/secrets/kubernetes.io/serviceaccount';

interface Container {
  volumeMounts?: { name: string; mountPath: string; readOnly?: boolean }[];
}

const isMirror = ({ metadata }: KubeObject): boolean =>
  metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined;

/** Gives a pod its account, the account's pull secrets, and a token that ends with the pod. */
export const serviceAccount: AdmissionPlugin = {
  name: 'ServiceAccount',
  async admit(attributes, client) {
    const { object, operation, subresource } = attributes;
    if (attributes.group !== '' || attributes.resource !== 'pods' || subresource !== '') return;
    if (operation !== 'CREATE' || !object) return;
    if (isMirror(object)) return checkMirror(attributes, object);
    const spec = object['spec'];
    const name: string = spec.serviceAccountName || 'default';
    spec.serviceAccountName = name;
    spec.serviceAccount = name;
    const account = await accountOf(attributes, client, name);
    if (shouldMount(spec, account)) mountToken(spec);
    const pullSecrets: { name: string }[] = account['imagePullSecrets'] ?? [];
    if ((spec.imagePullSecrets ?? []).length === 0 && pullSecrets.length > 0) {
      spec.imagePullSecrets = pullSecrets.map(({ name: secret }) => ({ name: secret }));
    }
    checkSecrets(attributes, object, account);
  },
  async validate(attributes, client) {
    const { group, resource, subresource, operation, object } = attributes;
    if (group !== '' || resource !== 'pods' || !object) return;
    const created = operation === 'CREATE' && subresource === '';
    if (!created && !(operation === 'UPDATE' && subresource === 'ephemeralcontainers')) return;
    if (created && isMirror(object)) return checkMirror(attributes, object);
    const name: string = object['spec'].serviceAccountName ?? '';
    if (name === '') {
      const pod = `${attributes.namespace}/${object.metadata.name ?? ''}`;
      throw forbid(attributes, `no service account specified for pod ${pod}`);
    }
    checkSecrets(attributes, object, await accountOf(attributes, client, name));
  },
};

/** @throws StatusError when the account may not mount what the pod wants, where it says that this is looked at */
function checkSecrets(attributes: AdmissionAttributes, pod: KubeObject, account: KubeObject): void {
  const enforce = account.metadata.annotations?.['kubernetes.io/enforce-mountable-secrets'];
  if (!trues.has(enforce ?? '')) return;
  const problem = unmountableSecret(pod, account, attributes.subresource !== '');
  if (problem !== undefined) throw forbid(attributes, problem);
}

/** What Go reads as true. */
const trues = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);

/** A pod that only shows what a kubelet runs gets nothing from the API. */
function checkMirror(attributes: AdmissionAttributes, pod: KubeObject): void {
  const spec = pod['spec'];
  if (spec.serviceAccountName)
    throw forbid(attributes, 'a mirror pod may not reference service accounts');
  if (namesSecrets(spec)) throw forbid(attributes, 'a mirror pod may not reference secrets');
  if (projectsTokens(spec)) {
    throw forbid(attributes, 'a mirror pod may not use ServiceAccountToken volume projections');
  }
}

/** How often an account is looked for, and the pause between, milliseconds: the default one of a new namespace comes a moment later. */
const patience = { tries: 20, pause: 50 };

async function accountOf(
  attributes: AdmissionAttributes,
  client: Client,
  name: string,
): Promise<KubeObject> {
  const { namespace } = attributes;
  for (let tries = 0; ; tries += 1) {
    try {
      return await client.get(resources.serviceaccounts, name, { namespace });
    } catch (error) {
      if (!isReason(error, 'NotFound')) throw error;
      if (tries >= patience.tries || name !== 'default') {
        throw forbid(
          attributes,
          `error looking up service account ${namespace}/${name}: serviceaccount ${JSON.stringify(name)} not found`,
        );
      }
    }
    await new Promise((resolve) => setTimeout(resolve, patience.pause));
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
  const volumes: { name: string }[] = spec.volumes ?? [];
  const given = volumes.find(({ name }) => name.startsWith('kube-api-access-'));
  const name = given?.name ?? `kube-api-access-${randomSuffix()}`;
  for (const container of missing) {
    container.volumeMounts = [
      ...(container.volumeMounts ?? []),
      { name, readOnly: true, mountPath },
    ];
  }
  if (given) return;
  spec.volumes = [
    ...volumes,
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
