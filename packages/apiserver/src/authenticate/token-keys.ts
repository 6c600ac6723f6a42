import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { cacheOf, type ServerContext } from '../context.ts';

interface TokenKeys {
  sign: KeyObject;
  verify: KeyObject;
  /** Names the key in tokens and in the key set. */
  id: string;
}

const key = Symbol('service-account keys');

/** The keys of the cluster's service accounts. */
export function tokenKeysOf(context: ServerContext): TokenKeys {
  return cacheOf(context, key, () => {
    const verify = createPublicKey(context.pki.serviceAccount.publicKey);
    return {
      sign: createPrivateKey(context.pki.serviceAccount.key),
      verify,
      id: createHash('sha256')
        .update(verify.export({ type: 'spki', format: 'der' }))
        .digest('base64url'),
    };
  });
}

/** The key set that others check tokens by, in upstream's order of fields. */
export function publicKeys(context: ServerContext): { keys: object[] } {
  const { verify, id } = tokenKeysOf(context);
  const { kty, crv, x, y } = verify.export({ format: 'jwk' });
  return { keys: [{ use: 'sig', kty, kid: id, crv, alg: 'ES256', x, y }] };
}
