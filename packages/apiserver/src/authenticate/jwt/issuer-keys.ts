import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';
import type { JwtAuthenticator } from './configuration.ts';
import { fetchDocument } from './fetch-document.ts';

/** After a failure the issuer is asked again only then, milliseconds. */
const retryMs = 10_000;

/** The keys of an issuer, found by discovery when the first token comes, and fetched anew when a token names another. */
export class IssuerKeys {
  readonly #issuer: JwtAuthenticator['issuer'];
  #keys: Promise<JWTVerifyGetKey> | undefined;
  #failed: { at: number; error: unknown } | undefined;

  constructor(issuer: JwtAuthenticator['issuer']) {
    this.#issuer = issuer;
  }

  /** @throws Error when the issuer cannot be reached or says something else than it should */
  async get(): Promise<JWTVerifyGetKey> {
    if (this.#failed && performance.now() - this.#failed.at < retryMs) throw this.#failed.error;
    this.#keys ??= this.#discover();
    try {
      return await this.#keys;
    } catch (error) {
      this.#keys = undefined;
      this.#failed = { at: performance.now(), error };
      throw error;
    }
  }

  async #discover(): Promise<JWTVerifyGetKey> {
    const { url, discoveryURL, certificateAuthority: ca } = this.#issuer;
    const address = discoveryURL || `${url.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const response = await fetchDocument(address, ca);
    if (!response.ok) throw new Error(`${address} answers ${response.status}`);
    const { issuer, jwks_uri: keys } = (await response.json()) as Record<string, string>;
    if (issuer !== url) {
      throw new Error(`issuer did not match the issuer returned by provider: ${url}, ${issuer}`);
    }
    if (!keys) throw new Error(`${address} names no jwks_uri`);
    return createRemoteJWKSet(new URL(keys), {
      [customFetch]: (asked) => fetchDocument(asked, ca),
    });
  }
}
