import type { KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { find, ignoreNotFound, readAll } from '../common/read.ts';
import type { Controller } from '../controller.ts';

const type = 'kubernetes.io/service-account-token';
const { secrets, serviceaccounts } = resources;

/**
 * Deletes secrets with tokens of accounts that are gone, or that never were: their tokens hold no more. The API server
 * fills them. A key without a name stands for all of a namespace.
 */
export const tokenSecretController: Controller = {
  name: 'tokens-controller',
  watches: [
    {
      group: '',
      resource: 'secrets',
      keys: ({ object, namespace, name }) =>
        object['type'] === type && object.metadata.deletionTimestamp === undefined
          ? [{ namespace, name }]
          : [],
    },
    {
      group: '',
      resource: 'serviceaccounts',
      keys: (change) =>
        change.type === 'DELETED' ? [{ namespace: change.namespace, name: '' }] : [],
    },
  ],
  async reconcile({ namespace, name }, { client }) {
    const found = await (name === ''
      ? readAll(client, secrets, { namespace, fieldSelector: `type=${type}` })
      : find(client, secrets, namespace, name));
    for (const secret of [found ?? []].flat()) await deleteOrphan(client, secret);
    return undefined;
  },
};

async function deleteOrphan(client: Client, { metadata, ...secret }: KubeObject): Promise<void> {
  const { name = '', namespace = '', uid, resourceVersion, annotations = {} } = metadata;
  if (secret['type'] !== type || uid === undefined) return;
  const account = annotations['kubernetes.io/service-account.name'] ?? '';
  const said = annotations['kubernetes.io/service-account.uid'] ?? '';
  const known = account && (await find(client, serviceaccounts, namespace, account));
  if (known && (said === '' || said === known.metadata.uid)) return;
  const preconditions = { uid, ...(resourceVersion ? { resourceVersion } : {}) };
  await ignoreNotFound(client.delete(secrets, name, { namespace, preconditions }));
}
