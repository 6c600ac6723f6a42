import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { issueLeaf, newAuthority } from '../../pki/x509.ts';

/** An OpenID issuer on loopback, for tests: signs what it is told. */
export class TestIssuer {
  readonly #server: https.Server;
  readonly url: string;
  /** PEM of the authority of its certificate. */
  readonly authority: string;
  #keys: {
    kid: string;
    privateKey: Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];
    publicJwk: object;
  }[] = [];

  constructor(server: https.Server, url: string, authority: string) {
    this.#server = server;
    this.url = url;
    this.authority = authority;
    server.on('request', (request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(this.#answer(request.url ?? '')));
    });
  }

  static async start(): Promise<TestIssuer> {
    const authority = await newAuthority('issuer authority', new Date(), 1);
    const leaf = await issueLeaf(authority, {
      subject: { CN: 'issuer' },
      sans: ['127.0.0.1', 'localhost'],
      usage: 'serverAuth',
      now: new Date(),
      days: 1,
    });
    const server = https.createServer({ cert: leaf.certificate, key: leaf.key });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const issuer = new TestIssuer(server, `https://127.0.0.1:${port}`, authority.certificate);
    await issuer.rotate();
    return issuer;
  }

  #answer(path: string): object {
    if (path === '/keys') return { keys: this.#keys.map(({ publicJwk }) => publicJwk) };
    return {
      issuer: this.url,
      jwks_uri: `${this.url}/keys`,
      response_types_supported: ['id_token'],
    };
  }

  /** A new key; tokens of the old ones hold no more. */
  async rotate(): Promise<void> {
    const { privateKey, publicKey } = await generateKeyPair('RS256');
    const kid = `key-${Date.now()}-${Math.random()}`;
    const publicJwk = { ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' };
    this.#keys = [{ kid, privateKey, publicJwk }];
  }

  async token(claims: JWTPayload): Promise<string> {
    const [key] = this.#keys;
    if (!key) throw new Error('the issuer has no key');
    const now = Math.floor(Date.now() / 1000);
    return new SignJWT({ iss: this.url, aud: 'dormice', exp: now + 600, iat: now, ...claims })
      .setProtectedHeader({ alg: 'RS256', kid: key.kid, typ: 'JWT' })
      .sign(key.privateKey);
  }

  stop(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}
