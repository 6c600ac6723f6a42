import { errors, type KubeObject } from '@dormice/apimachinery';
import { kindByResource } from '@dormice/kinds';
import type { ServerContext } from '../context.ts';
import { keyOf } from '../registry/keys.ts';
import { entryOf } from '../registry/read.ts';
import { present } from '../registry/stored.ts';
import type { KubernetesClaims } from './service-account-token.ts';

/** What a token may hang on, by the reference's kind. */
const boundKinds: Record<string, { resource: string; claim: 'pod' | 'secret' | 'node' }> = {
  Pod: { resource: 'pods', claim: 'pod' },
  Secret: { resource: 'secrets', claim: 'secret' },
  Node: { resource: 'nodes', claim: 'node' },
};

interface Reference {
  kind?: string;
  apiVersion?: string;
  name?: string;
  uid?: string;
}

/** The object as it is shown. @throws StatusError 404 */
export function objectOf(
  context: ServerContext,
  resource: string,
  namespace: string,
  name: string,
): KubeObject {
  const kind = kindByResource('', 'v1', resource);
  if (!kind) throw errors.unknownPath();
  return present(kind, entryOf(context, kind, namespace, name).value);
}

/** The claims about what a token hangs on: it ends with it. @throws StatusError 400, 404, 409 */
export function boundTo(
  context: ServerContext,
  namespace: string,
  account: string,
  reference: Reference | null | undefined,
): Partial<KubernetesClaims> {
  if (!reference) return {};
  const { kind = '', apiVersion = '', name = '', uid = '' } = reference;
  const { group, version } = groupVersionOf(apiVersion);
  const known = group === '' ? boundKinds[kind] : undefined;
  if (!known) {
    throw errors.badRequest(
      `cannot bind token to object of type ${group}/${version}, Kind=${kind}`,
    );
  }
  const { resource, claim } = known;
  const object = objectOf(context, resource, claim === 'node' ? '' : namespace, name);
  const runsAs: string = object['spec']?.serviceAccountName ?? '';
  if (claim === 'pod' && runsAs !== account) {
    throw errors.badRequest(
      `cannot bind token for serviceaccount ${JSON.stringify(account)} to pod running with different serviceaccount name.`,
    );
  }
  if (uid !== '' && uid !== object.metadata.uid) {
    throw errors.conflict(
      { group, resource: kind },
      name,
      `the UID in the bound object reference (${uid}) does not match the UID in record. The object might have been deleted and then recreated`,
    );
  }
  const bound = { [claim]: { name, uid: object.metadata.uid ?? '' } };
  const nodeName: string | undefined = object['spec']?.nodeName;
  return claim === 'pod' && nodeName ? { ...bound, node: nodeClaim(context, nodeName) } : bound;
}

/** A node that is not there is still told by name. */
function nodeClaim(context: ServerContext, name: string): { name: string; uid?: string } {
  const uid = context.objects.get(keyOf({ group: '', resource: 'nodes' }, '', name))?.metadata.uid;
  return uid === undefined ? { name } : { name, uid };
}

/** As Go's parser takes it: what is no API version has neither group nor version. */
function groupVersionOf(apiVersion: string): { group: string; version: string } {
  const parts = apiVersion.split('/');
  if (parts.length === 1) return { group: '', version: apiVersion };
  const [group = '', version = ''] = parts.length === 2 ? parts : [];
  return { group, version };
}
