import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import type { KeyPair } from './cluster-pki.ts';
import { isAddress } from './covers-names.ts';

/** Loaded when a certificate is made: what reads and makes them is a tenth of all code, and most runs make none. */
x509.cryptoProvider.set(webcrypto as never);

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const day = 86_400_000;

const pem = (label: string, der: ArrayBuffer): string => {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
};

/** A new P-256 key pair, PEM: PKCS#8 and SPKI. */
export async function newKeyPem(): Promise<{ key: string; publicKey: string }> {
  const pair = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  return {
    key: pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', pair.privateKey)),
    publicKey: pem('PUBLIC KEY', await webcrypto.subtle.exportKey('spki', pair.publicKey)),
  };
}

export function importKey(text: string): Promise<webcrypto.CryptoKey> {
  const der = Buffer.from(text.replace(/-----[^-]+-----|\s/g, ''), 'base64');
  return webcrypto.subtle.importKey('pkcs8', der, algorithm, true, ['sign']);
}

export const newSerial = (): string =>
  Buffer.from(webcrypto.getRandomValues(new Uint8Array(16))).toString('hex');

/** A certificate authority of its own. */
export async function newAuthority(commonName: string, now: Date, days: number): Promise<KeyPair> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ CN: [commonName] }],
    notBefore: new Date(now.getTime() - day),
    notAfter: new Date(now.getTime() + days * day),
    signingAlgorithm: algorithm,
    keys: keys as never,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(
        x509.KeyUsageFlags.keyCertSign |
          x509.KeyUsageFlags.cRLSign |
          x509.KeyUsageFlags.digitalSignature,
        true,
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey as never),
    ],
  });
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
  };
}

export interface LeafRequest {
  subject: { CN: string; O?: string[] };
  /** DNS names and addresses. */
  sans?: string[];
  usage: 'serverAuth' | 'clientAuth';
  now: Date;
  days: number;
}

const usages = {
  serverAuth: x509.ExtendedKeyUsage.serverAuth,
  clientAuth: x509.ExtendedKeyUsage.clientAuth,
};

/** A certificate that the authority signs, with a new key. */
export async function issueLeaf(authority: KeyPair, request: LeafRequest): Promise<KeyPair> {
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const { subject, sans = [], usage, now, days } = request;
  const end = Math.min(now.getTime() + days * day, issuer.notAfter.getTime());
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: [...(subject.O ?? []).map((O) => ({ O: [O] })), { CN: [subject.CN] }],
    issuer: issuer.subjectName,
    notBefore: new Date(now.getTime() - day),
    notAfter: new Date(end),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey as never,
    signingKey: (await importKey(authority.key)) as never,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([usages[usage]]),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ...(sans.length === 0
        ? []
        : [
            new x509.SubjectAlternativeNameExtension(
              sans.map((value) => ({ type: isAddress(value) ? 'ip' : 'dns', value }) as const),
            ),
          ]),
    ],
  });
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: pem('PRIVATE KEY', await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)),
  };
}
