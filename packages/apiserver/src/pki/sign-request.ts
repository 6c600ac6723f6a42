import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { Requested } from '../certificates/signers.ts';
import type { KeyPair } from './cluster-pki.ts';
import { importKey, newSerial } from './x509.ts';

x509.cryptoProvider.set(webcrypto as never);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
/** Clocks differ: a certificate is good from a little before it was made, milliseconds. */
const backdate = 5 * 60_000;

/** A certificate request that is read. */
export class CertificateRequest {
  readonly #request: x509.Pkcs10CertificateRequest;

  /** @throws Error when it is no PKCS#10 request */
  constructor(pem: string) {
    this.#request = new x509.Pkcs10CertificateRequest(pem);
  }

  /** Did the owner of the key sign it? */
  verify(): Promise<boolean> {
    return this.#request.verify();
  }

  get requested(): Omit<Requested, 'usages'> {
    const subject = this.#request.subjectName;
    const names = this.#names();
    const of = (type: string) =>
      names.filter((name) => name.type === type).map(({ value }) => value);
    return {
      commonName: subject.getField('CN')[0] ?? '',
      organizations: subject.getField('O'),
      dns: of('dns'),
      ips: of('ip'),
      emails: of('email'),
      uris: of('url'),
    };
  }

  #names(): readonly x509.GeneralName[] {
    const extension = this.#request.extensions.find(
      (one) => one instanceof x509.SubjectAlternativeNameExtension,
    );
    return extension ? extension.names.items : [];
  }

  /** The certificate, PEM. It ends when the authority does, if not before. */
  async sign(
    authority: KeyPair,
    { usages, now, seconds }: { usages: readonly string[]; now: Date; seconds: number },
  ): Promise<string> {
    const issuer = new x509.X509Certificate(authority.certificate);
    const end = Math.min(now.getTime() + seconds * 1000, issuer.notAfter.getTime());
    const names = this.#names();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: newSerial(),
      subject: this.#request.subjectName,
      issuer: issuer.subjectName,
      notBefore: new Date(now.getTime() - backdate),
      notAfter: new Date(end),
      signingAlgorithm: algorithm,
      publicKey: this.#request.publicKey,
      signingKey: (await importKey(authority.key)) as never,
      extensions: [
        new x509.KeyUsagesExtension(keyUsages(usages), true),
        new x509.ExtendedKeyUsageExtension(extendedUsages(usages)),
        new x509.BasicConstraintsExtension(false, undefined, true),
        await x509.AuthorityKeyIdentifierExtension.create(issuer),
        ...(names.length === 0
          ? []
          : [new x509.SubjectAlternativeNameExtension(names.map((name) => name.toJSON()))]),
      ],
    });
    return `${certificate.toString('pem')}\n`;
  }
}

const keyUsageFlags: Record<string, x509.KeyUsageFlags> = {
  'digital signature': x509.KeyUsageFlags.digitalSignature,
  'key encipherment': x509.KeyUsageFlags.keyEncipherment,
};

const keyUsages = (usages: readonly string[]): number =>
  usages.reduce((flags, usage) => flags | (keyUsageFlags[usage] ?? 0), 0);

const extended: Record<string, string> = {
  'client auth': x509.ExtendedKeyUsage.clientAuth,
  'server auth': x509.ExtendedKeyUsage.serverAuth,
};

const extendedUsages = (usages: readonly string[]): string[] =>
  usages.flatMap((usage) => extended[usage] ?? []);
