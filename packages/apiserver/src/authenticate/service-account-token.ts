import type { UserInfo } from '@dormice/client';
import { jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { cacheOf, type ServerContext } from '../context.ts';
import { keyOf } from '../registry/keys.ts';
import { issuerOf, legacyIssuer, userOfLegacyToken } from './legacy-token.ts';
import { tokenKeysOf } from './token-keys.ts';

/** The claims that Kubernetes puts into a bound token. */
export interface KubernetesClaims {
  namespace: string;
  serviceaccount: { name: string; uid: string };
  pod?: { name: string; uid: string };
  secret?: { name: string; uid: string };
  /** Of a pod's token: where it runs; without `uid` the node was not known. */
  node?: { name: string; uid?: string };
}

/** How far clocks may be apart, seconds: what upstream's JWT library grants at both ends. */
const leeway = 60;

interface Verified {
  claims: KubernetesClaims;
  audiences: string[];
  /** Seconds since 1970. */
  expires: number;
  id: string;
}

export interface TokenClaims {
  kubernetes: KubernetesClaims;
  audiences: string[];
  /** Seconds. */
  lifetime: number;
  /** Seconds after which its use is late, though it holds. */
  warnAfter?: number;
}

/** Signs a token. Returns it and when it was issued, seconds since 1970. */
export async function signToken(
  context: ServerContext,
  { kubernetes, audiences, lifetime, warnAfter }: TokenClaims,
): Promise<{ token: string; issued: number }> {
  const issued = Math.floor(context.now().getTime() / 1000);
  const { namespace, serviceaccount } = kubernetes;
  const { sign, id } = tokenKeysOf(context);
  const token = await new SignJWT({
    aud: audiences,
    exp: issued + lifetime,
    iat: issued,
    iss: context.pki.issuer,
    jti: context.uuid(),
    'kubernetes.io':
      warnAfter === undefined ? kubernetes : { ...kubernetes, warnafter: issued + warnAfter },
    nbf: issued,
    sub: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
  })
    .setProtectedHeader({ alg: 'ES256', kid: id })
    .sign(sign);
  return { token, issued };
}

/** The API's own audience. */
export const defaultAudience = (context: ServerContext): string => context.pki.issuer;

/** Whose token it is; `undefined` for one that does not hold: foreign, expired, for others, or of what is gone. */
export async function verifyToken(
  context: ServerContext,
  token: string,
  audiences: readonly string[] = [defaultAudience(context)],
): Promise<{ user: UserInfo; audiences: string[] } | undefined> {
  if (issuerOf(token) === legacyIssuer) {
    // Tokens that name no audience are for the API.
    const own = audiences.filter((audience) => audience === defaultAudience(context));
    const user = own.length > 0 ? await userOfLegacyToken(context, token) : undefined;
    return user && { user, audiences: own };
  }
  const verified = await verifiedOf(context, token);
  if (!verified || (verified.expires + leeway) * 1000 < context.now().getTime()) return undefined;
  const shared = verified.audiences.filter((audience) => audiences.includes(audience));
  if (shared.length === 0) return undefined;
  if (!stillBound(context, verified.claims)) return undefined;
  return { user: userOf(verified), audiences: shared };
}

export async function userOfToken(
  context: ServerContext,
  token: string,
): Promise<UserInfo | undefined> {
  return (await verifyToken(context, token))?.user;
}

/** Tokens whose signatures were checked. */
const seen = Symbol('verified tokens');

async function verifiedOf(context: ServerContext, token: string): Promise<Verified | undefined> {
  const { verify } = tokenKeysOf(context);
  const verified = cacheOf(context, seen, () => new LRUCache<string, Verified>({ max: 1000 }));
  const known = verified.get(token);
  if (known) return known;
  try {
    const { payload } = await jwtVerify(token, verify, {
      issuer: context.pki.issuer,
      algorithms: ['ES256'],
      currentDate: context.now(),
      clockTolerance: leeway,
      requiredClaims: ['exp', 'sub'],
    });
    const claims = payload['kubernetes.io'] as KubernetesClaims | undefined;
    if (!claims?.serviceaccount || !claims.namespace) return undefined;
    const result: Verified = {
      claims,
      audiences: [payload.aud ?? []].flat(),
      expires: payload.exp ?? 0,
      id: payload.jti ?? '',
    };
    verified.set(token, result);
    return result;
  } catch {
    return undefined;
  }
}

/**
 * The account, and what the token is bound to, must still be there with the same UID. What waits for finalizers after
 * its time counts as gone.
 */
function stillBound(context: ServerContext, claims: KubernetesClaims): boolean {
  const deletedBefore = context.now().getTime() - leeway * 1000;
  const is = (
    resource: string,
    namespace: string,
    wanted: { name: string; uid?: string },
  ): boolean => {
    const object = context.objects.get(keyOf({ group: '', resource }, namespace, wanted.name));
    if (!object || object.metadata.uid !== wanted.uid) return false;
    const { deletionTimestamp } = object.metadata;
    return deletionTimestamp === undefined || Date.parse(deletionTimestamp) >= deletedBefore;
  };
  const { namespace, serviceaccount, pod, secret, node } = claims;
  if (!is('serviceaccounts', namespace, serviceaccount)) return false;
  if (pod && !is('pods', namespace, pod)) return false;
  if (secret && !is('secrets', namespace, secret)) return false;
  return !node || pod !== undefined || is('nodes', '', node);
}

function userOf({ claims, id }: Verified): UserInfo {
  const { namespace, serviceaccount, pod, node } = claims;
  const extra: Record<string, string[]> = {};
  if (id !== '') extra['authentication.kubernetes.io/credential-id'] = [`JTI=${id}`];
  if (pod) {
    extra['authentication.kubernetes.io/pod-name'] = [pod.name];
    extra['authentication.kubernetes.io/pod-uid'] = [pod.uid];
  }
  if (node) {
    extra['authentication.kubernetes.io/node-name'] = [node.name];
    if (node.uid) extra['authentication.kubernetes.io/node-uid'] = [node.uid];
  }
  return {
    username: `system:serviceaccount:${namespace}:${serviceaccount.name}`,
    uid: serviceaccount.uid,
    groups: [
      'system:serviceaccounts',
      `system:serviceaccounts:${namespace}`,
      'system:authenticated',
    ],
    extra,
  };
}
