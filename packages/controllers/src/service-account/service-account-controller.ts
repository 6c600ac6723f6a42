import { isReason } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { watchItself } from '../common/keys.ts';
import { find } from '../common/read.ts';
import type { Controller } from '../controller.ts';

const defaultName = 'default';

/** Keeps the ServiceAccount `default` in each namespace. */
export const serviceAccountController: Controller = {
  name: 'serviceaccount-controller',
  watches: [
    watchItself(resources.namespaces),
    {
      group: '',
      resource: 'serviceaccounts',
      keys: ({ type, namespace, name }) =>
        type === 'DELETED' && name === defaultName ? [{ namespace: '', name: namespace }] : [],
    },
  ],
  async reconcile({ name: namespace }, { client }) {
    const parent = await find(client, resources.namespaces, '', namespace);
    if (!parent || parent.metadata.deletionTimestamp !== undefined) return undefined;
    if (await find(client, resources.serviceaccounts, namespace, defaultName)) return undefined;
    try {
      await client.create(resources.serviceaccounts, {
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        metadata: { name: defaultName, namespace },
      });
    } catch (error) {
      if (!isReason(error, 'AlreadyExists')) throw error;
    }
    return undefined;
  },
};
