import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type { KubeObject } from '@dormice/apimachinery';
import type { UserInfo } from '@dormice/client';
import { jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { cacheOf, type ServerContext } from '../context.ts';
import { keyOf } from '../registry/keys.ts';

/** The claims that Kubernetes puts into a bound token. */
interface KubernetesClaims {
  namespace: string;
  serviceaccount: { name: string; uid: string };
  pod?: { name: string; uid: string };
  secret?: { name: string; uid: string };
  node?: { name: string; uid: string };
}

interface Verified {
  claims: KubernetesClaims;
  audiences: string[];
  /** Seconds since 1970. */
  expires: number;
  id: string;
}

interface Keys {
  sign: KeyObject;
  verify: KeyObject;
  verified: LRUCache<string, Verified>;
}

const key = Symbol('service-account keys');

function keysOf(context: ServerContext): Keys {
  return cacheOf(context, key, () => ({
    sign: createPrivateKey(context.pki.serviceAccount.key),
    verify: createPublicKey(context.pki.serviceAccount.publicKey),
    verified: new LRUCache<string, Verified>({ max: 1000 }),
  }));
}

export interface TokenClaims {
  kubernetes: KubernetesClaims;
  audiences: string[];
  /** Seconds. */
  lifetime: number;
}

/** Signs a token. Returns it and when it ends. */
export async function signToken(
  context: ServerContext,
  { kubernetes, audiences, lifetime }: TokenClaims,
): Promise<{ token: string; expires: Date }> {
  const now = Math.floor(context.now().getTime() / 1000);
  const { namespace, serviceaccount } = kubernetes;
  const token = await new SignJWT({ 'kubernetes.io': kubernetes })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT' })
    .setIssuer(context.pki.issuer)
    .setSubject(`system:serviceaccount:${namespace}:${serviceaccount.name}`)
    .setAudience(audiences)
    .setIssuedAt(now)
    .setNotBefore(now)
    .setExpirationTime(now + lifetime)
    .setJti(context.uuid())
    .sign(keysOf(context).sign);
  return { token, expires: new Date((now + lifetime) * 1000) };
}

/** The API's own audience. */
export const defaultAudience = (context: ServerContext): string => context.pki.issuer;

/** Whose token it is; `undefined` for one that does not hold: foreign, expired, for others, or of what is gone. */
export async function verifyToken(
  context: ServerContext,
  token: string,
  audiences: readonly string[] = [defaultAudience(context)],
): Promise<{ user: UserInfo; audiences: string[] } | undefined> {
  const verified = await verifiedOf(context, token);
  if (!verified || verified.expires * 1000 <= context.now().getTime()) return undefined;
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

async function verifiedOf(context: ServerContext, token: string): Promise<Verified | undefined> {
  const { verify, verified } = keysOf(context);
  const known = verified.get(token);
  if (known) return known;
  try {
    const { payload } = await jwtVerify(token, verify, {
      issuer: context.pki.issuer,
      algorithms: ['ES256'],
      currentDate: context.now(),
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

const decoder = new TextDecoder();

/** The account, and what the token is bound to, must still be there with the same UID. */
function stillBound(context: ServerContext, claims: KubernetesClaims): boolean {
  const is = (
    resource: string,
    namespace: string,
    wanted: { name: string; uid: string },
  ): boolean => {
    const entry = context.store.get(keyOf({ group: '', resource }, namespace, wanted.name));
    if (!entry) return false;
    const { metadata } = JSON.parse(decoder.decode(entry.value)) as KubeObject;
    return metadata.uid === wanted.uid;
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
  if (node) extra['authentication.kubernetes.io/node-name'] = [node.name];
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
