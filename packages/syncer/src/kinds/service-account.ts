import { hostMetadata } from '../host-metadata.ts';
import type { Translator } from '../translator.ts';

/** ServiceAccounts as names without any right: pods never mount their tokens. */
export const serviceAccount: Translator = {
  group: '',
  resource: 'serviceaccounts',
  toHost: (object, context) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: hostMetadata(object, context),
    automountServiceAccountToken: false,
  }),
};
