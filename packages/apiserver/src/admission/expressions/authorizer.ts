import { type Authorize, authorizerValue, type Value } from '@dormice/cel';
import type { UserInfo } from '@dormice/client';
import type { AdmissionAttributes } from '../../api-server.ts';
import { decide } from '../../authorize/authorize.ts';
import type { ServerContext } from '../../context.ts';

const serviceAccount = (namespace: string, name: string): UserInfo => ({
  username: `system:serviceaccount:${namespace}:${name}`,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});

function askerOf(context: ServerContext, requester: UserInfo): Authorize {
  return ({ user, path, verb = '', ...check }) =>
    decide(context, {
      user: user ? serviceAccount(user.namespace, user.name) : requester,
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
}

/** The variables by which expressions ask what a user may do: the one who asks, unless they say otherwise. */
export function authorizerVariables(
  context: ServerContext,
  { user, group, resource, subresource, namespace, name }: AdmissionAttributes,
): Record<'authorizer' | 'authorizer.requestResource', () => Value> {
  const ask = askerOf(context, user);
  const check = { group, resource, subresource, namespace, name };
  return {
    authorizer: () => authorizerValue(ask),
    'authorizer.requestResource': () => authorizerValue(ask, check),
  };
}
