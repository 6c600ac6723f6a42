import { errors } from '@dormice/apimachinery';
import type { ApiRequest, UserInfo } from '@dormice/client';
import { authorize, forbiddenError } from '../authorize/authorize.ts';
import type { ServerContext } from '../context.ts';
import { userOfJwt } from './jwt/user-of-jwt.ts';
import { userOfToken } from './service-account-token.ts';

export const anonymous: UserInfo = {
  username: 'system:anonymous',
  groups: ['system:unauthenticated'],
};

/** Who asks. Credentials that are there and do not hold are a 401; none at all are anonymous. */
export async function authenticate(context: ServerContext, request: ApiRequest): Promise<UserInfo> {
  if (request.user) return request.user;
  const header = request.headers['authorization'] ?? '';
  if (header === '') {
    if (!mayBeAnonymous(context, request.path)) throw errors.unauthorized();
    return anonymous;
  }
  const token = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
  if (token === undefined) throw errors.unauthorized();
  const user = (await userOfToken(context, token)) ?? (await userOfIssuer(context, token));
  if (!user) throw errors.unauthorized();
  return user;
}

/** Everywhere, unless the configuration names the paths. */
function mayBeAnonymous({ authentication }: ServerContext, path: string): boolean {
  const rule = authentication?.().anonymous;
  if (!rule) return true;
  const { enabled, conditions = [] } = rule;
  return enabled && (conditions.length === 0 || conditions.some((one) => one.path === path));
}

/** The user of a token of a configured issuer; why one does not hold is for the log. */
export async function userOfIssuer(
  { authentication, log, now }: ServerContext,
  token: string,
): Promise<UserInfo | undefined> {
  const configuration = authentication?.();
  if (!configuration || configuration.issuers.length === 0) return undefined;
  try {
    return await userOfJwt(configuration, token, now());
  } catch (error) {
    log('warn', 'a token of a configured issuer does not hold', { error: String(error) });
    return undefined;
  }
}

const extraPrefix = 'impersonate-extra-';

/** `Impersonate-User` and the like: the request goes on as somebody else, where the asker may do that. */
export async function impersonate(
  context: ServerContext,
  user: UserInfo,
  request: ApiRequest,
): Promise<UserInfo> {
  const { headers } = request;
  const username = headers['impersonate-user'] ?? '';
  const groups = listOf(headers['impersonate-group']);
  const uid = headers['impersonate-uid'] ?? '';
  const extra = Object.keys(headers).filter((name) => name.startsWith(extraPrefix));
  if (username === '') {
    if (groups.length + extra.length === 0 && uid === '') return user;
    throw errors.badRequest('requested impersonation without impersonating a user');
  }
  const account = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(username);
  await demand(
    context,
    user,
    account
      ? {
          group: '',
          resource: 'serviceaccounts',
          namespace: account[1] ?? '',
          name: account[2] ?? '',
        }
      : { group: '', resource: 'users', namespace: '', name: username },
  );
  for (const name of groups) {
    await demand(context, user, { group: '', resource: 'groups', namespace: '', name });
  }
  if (uid !== '') {
    await demand(context, user, {
      group: 'authentication.k8s.io',
      resource: 'uids',
      namespace: '',
      name: uid,
    });
  }
  const extras: Record<string, string[]> = {};
  for (const header of extra) {
    const key = unescaped(header.slice(extraPrefix.length));
    extras[key] = listOf(headers[header]);
    for (const name of extras[key]) {
      await demand(context, user, {
        group: 'authentication.k8s.io',
        resource: 'userextras',
        subresource: key,
        namespace: '',
        name,
      });
    }
  }
  return {
    username,
    groups: impersonatedGroups(username, groups, account?.[1]),
    ...(uid === '' ? {} : { uid }),
    ...(extra.length === 0 ? {} : { extra: extras }),
  };
}

/** A key that is no valid escape is taken as it came. */
function unescaped(key: string): string {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function listOf(value: string | undefined): string[] {
  return value === undefined || value === '' ? [] : value.split(',').map((part) => part.trim());
}

function impersonatedGroups(username: string, groups: string[], namespace?: string): string[] {
  const own =
    groups.length === 0 && namespace !== undefined
      ? ['system:serviceaccounts', `system:serviceaccounts:${namespace}`]
      : groups;
  const everybody =
    username === anonymous.username ? 'system:unauthenticated' : 'system:authenticated';
  return [...new Set([...own, everybody])];
}

async function demand(
  context: ServerContext,
  user: UserInfo,
  target: {
    group: string;
    resource: string;
    subresource?: string;
    namespace: string;
    name: string;
  },
): Promise<void> {
  const attributes = {
    user,
    verb: 'impersonate',
    isResource: true,
    version: '',
    subresource: '',
    path: '',
    ...target,
  };
  const decision = await authorize(context, attributes);
  if (!decision.allowed) throw forbiddenError(attributes, decision.reason);
}
