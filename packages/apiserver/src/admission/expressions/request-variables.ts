import { type Authorize, authorizerValue, dynamicFromJson, type Value } from '@dormice/cel';
import type { UserInfo } from '@dormice/client';
import type { Kind } from '@dormice/kinds';
import type { AdmissionAttributes } from '../../api-server.ts';
import { decide } from '../../authorize/authorize.ts';
import type { ServerContext } from '../../context.ts';
import { namespaceOf } from '../webhooks/relevant.ts';
import { reviewOf } from '../webhooks/review.ts';
import type { ShownObjects } from './shown-objects.ts';

export type Variables = Record<string, () => Value>;

/** What expressions about a request read; each part is made when one does. */
export function requestVariables(
  context: ServerContext,
  attributes: AdmissionAttributes,
  asked: Kind,
  kind: Kind,
  objects: ShownObjects,
): Variables {
  const { namespace, user, group, resource, subresource, name } = attributes;
  const ask = askerOf(context, user);
  return {
    object: () => dynamicFromJson(objects.object ?? null),
    oldObject: () => dynamicFromJson(objects.oldObject ?? null),
    request: () => requestValue(attributes, asked, kind),
    namespaceObject: () => {
      const found = namespace === '' ? undefined : namespaceOf(context, namespace);
      return dynamicFromJson(found ?? null);
    },
    authorizer: () => authorizerValue(ask),
    'authorizer.requestResource': () =>
      authorizerValue(ask, { group, resource, subresource, namespace, name }),
  };
}

/** As in the review that webhooks get. What the request does not say is not there, as upstream's is not. */
function requestValue(attributes: AdmissionAttributes, asked: Kind, kind: Kind): Value {
  const none = { object: undefined, oldObject: undefined };
  const { request } = reviewOf('', attributes, asked, kind, none, 'v1');
  const { uid: _uid, object: _object, oldObject: _oldObject, ...rest } = request;
  return dynamicFromJson(rest);
}

/** Who is asked about is the one who asks, unless the expression names a service account. */
const askerOf =
  (context: ServerContext, requester: UserInfo): Authorize =>
  ({ user, path, verb = '', ...check }) =>
    decide(context, {
      user: user ? serviceAccount(user) : requester,
      verb,
      isResource: path === undefined,
      group: check.group ?? '',
      version: '*',
      resource: check.resource ?? '',
      subresource: check.subresource ?? '',
      namespace: check.namespace ?? '',
      name: check.name ?? '',
      path: path ?? '',
    });

const serviceAccount = ({ namespace, name }: { namespace: string; name: string }): UserInfo => ({
  username: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});
