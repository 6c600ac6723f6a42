import { qualifiedResource, StatusError } from '@dormice/apimachinery';
import type { UserInfo } from '@dormice/client';
import type { ServerContext } from '../context.ts';
import { rulesFor } from './rbac.ts';
import { allows } from './rule.ts';

/** What is to be allowed: a resource request, or a path. */
export interface AuthorizerAttributes {
  user: UserInfo;
  verb: string;
  isResource: boolean;
  group: string;
  version: string;
  resource: string;
  subresource: string;
  namespace: string;
  name: string;
  path: string;
}

export interface Decision {
  allowed: boolean;
  reason: string;
}

const superusers = 'system:masters';

/** Decides as `decide` does. */
export async function authorize(
  context: ServerContext,
  attributes: AuthorizerAttributes,
): Promise<Decision> {
  return decide(context, attributes);
}

/** RBAC, as upstream decides, at once: allowed when one rule of one binding fits. */
export function decide(context: ServerContext, attributes: AuthorizerAttributes): Decision {
  if (attributes.user.groups.includes(superusers)) return { allowed: true, reason: '' };
  for (const { rules, binding } of rulesFor(context, attributes.user, attributes.namespace)) {
    if (rules.some((rule) => allows(rule, attributes))) return { allowed: true, reason: binding };
  }
  return { allowed: false, reason: '' };
}

/** Upstream's 403. */
export function forbiddenError(attributes: AuthorizerAttributes, reason: string): StatusError {
  const { user, verb, group, resource, subresource, namespace, name, path } = attributes;
  const who = `User ${JSON.stringify(user.username)} cannot`;
  const why = reason === '' ? '' : `: ${reason}`;
  if (!attributes.isResource) {
    return new StatusError(
      403,
      'Forbidden',
      `forbidden: ${who} ${verb} path ${JSON.stringify(path)}${why}`,
      {},
    );
  }
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  const where =
    namespace === '' ? 'at the cluster scope' : `in the namespace ${JSON.stringify(namespace)}`;
  const subject = qualifiedResource({ group, resource });
  const named = name === '' ? subject : `${subject} ${JSON.stringify(name)}`;
  return new StatusError(
    403,
    'Forbidden',
    `${named} is forbidden: ${who} ${verb} resource ${JSON.stringify(full)} in API group ${JSON.stringify(group)} ${where}${why}`,
    {
      ...(name === '' ? {} : { name }),
      ...(group === '' ? {} : { group }),
      kind: resource,
    },
  );
}
