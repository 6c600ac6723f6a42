import type { UserInfo } from '@dormice/client';
import { decodeJwt, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import type { CompiledAuthentication, CompiledAuthenticator } from './configuration.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { userOfClaims } from './map-claims.ts';

const algorithms = ['RS', 'ES', 'PS'].flatMap((kind) =>
  [256, 384, 512].map((bits) => `${kind}${bits}`),
);
/** How far the issuer's clock may be ahead, seconds. */
const leeway = 60;
/** Users of tokens that were looked at a moment ago are known. */
const remembered = { max: 1000, ttl: 10_000 };

/** Memory of a configuration: all virtual clusters share issuers. */
interface Memory {
  keys: Map<CompiledAuthenticator, IssuerKeys>;
  users: LRUCache<string, UserInfo>;
}

const memories = new WeakMap<CompiledAuthentication, Memory>();

function memoryOf(configuration: CompiledAuthentication): Memory {
  let memory = memories.get(configuration);
  if (!memory) {
    const { issuers } = configuration;
    memory = {
      keys: new Map(issuers.map((one) => [one, new IssuerKeys(one.stated.issuer)])),
      users: new LRUCache(remembered),
    };
    memories.set(configuration, memory);
  }
  return memory;
}

/**
 * Whose token it is, by the issuers of a configuration.
 *
 * @returns `undefined` when it is of none of them
 * @throws Error why it does not hold
 */
export async function userOfJwt(
  configuration: CompiledAuthentication,
  token: string,
  now: Date,
): Promise<UserInfo | undefined> {
  const { keys, users } = memoryOf(configuration);
  const known = users.get(token);
  if (known) return known;
  const issuer = issuerOf(token);
  const authenticator = configuration.issuers.find(({ stated }) => stated.issuer.url === issuer);
  if (!authenticator) return undefined;
  const { url, audiences } = authenticator.stated.issuer;
  const verifying = await keys.get(authenticator)?.get();
  if (!verifying) return undefined;
  const { payload } = await jwtVerify(token, verifying, {
    issuer: url,
    audience: audiences,
    algorithms,
    currentDate: now,
    clockTolerance: leeway,
    requiredClaims: ['exp'],
  });
  const expires = (payload.exp ?? 0) * 1000;
  if (expires < now.getTime()) throw new Error('token is expired');
  const user = userOfClaims(authenticator, payload);
  const ttl = Math.min(remembered.ttl, expires - now.getTime());
  if (ttl > 0) users.set(token, user, { ttl });
  return user;
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
