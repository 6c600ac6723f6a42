import { isReason } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { watchItself } from '../common/keys.ts';
import { find } from '../common/read.ts';
import type { Controller } from '../controller.ts';

/** The ConfigMap that pods mount beside their token. */
const name = 'kube-root-ca.crt';
const description =
  'Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.';

/** Keeps the cluster's CA certificate in each namespace. Idle where the CA is not known. */
export const rootCaPublisher: Controller = {
  name: 'root-ca-certificate-publisher',
  watches: [
    watchItself(resources.namespaces),
    {
      group: '',
      resource: 'configmaps',
      keys: (change) =>
        change.name === name && change.type !== 'ADDED'
          ? [{ namespace: '', name: change.namespace }]
          : [],
    },
  ],
  async reconcile({ name: namespace }, { client, facts }) {
    if (facts.caCertificate === undefined) return undefined;
    const parent = await find(client, resources.namespaces, '', namespace);
    if (!parent || parent.metadata.deletionTimestamp !== undefined) return undefined;
    const data = { 'ca.crt': facts.caCertificate };
    const annotations = { 'kubernetes.io/description': description };
    const known = await find(client, resources.configmaps, namespace, name);
    if (!known) {
      const fresh = {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name, namespace, annotations },
        data,
      };
      await client.create(resources.configmaps, fresh).catch((error: unknown) => {
        if (!isReason(error, 'AlreadyExists')) throw error;
      });
      return undefined;
    }
    const same =
      Object.keys(known['data'] ?? {}).length === 1 &&
      known['data']['ca.crt'] === facts.caCertificate &&
      known.metadata.annotations?.['kubernetes.io/description'] === description;
    if (same) return undefined;
    const metadata = {
      ...known.metadata,
      annotations: { ...known.metadata.annotations, ...annotations },
    };
    await client.update(resources.configmaps, { ...known, metadata, data });
    return undefined;
  },
};
