import type { ClusterPki, KeyPair } from './cluster-pki.ts';
import { coversNames } from './covers-names.ts';

/** Lives of certificates, days. Leaves are renewed long before their end; the authority lives as long as clusters do. */
const lives = { authority: 3650, serving: 365, renewBefore: 90 };

/** Names that every cluster's API has for its own pods and for people on the same machine. */
const commonSans = [
  'kubernetes',
  'kubernetes.default',
  'kubernetes.default.svc',
  'kubernetes.default.svc.cluster.local',
  'localhost',
  '127.0.0.1',
  '::1',
];

const issuer = 'https://kubernetes.default.svc.cluster.local';

export interface PkiRequest {
  name: string;
  uid: string;
  /** Besides the common ones. */
  sans: string[];
  now?: () => Date;
}

/** The identity of a new cluster. */
export async function createClusterPki(request: PkiRequest): Promise<ClusterPki> {
  const now = (request.now ?? (() => new Date()))();
  const { newAuthority, newKeyPem } = await import('./x509.ts');
  const ca = await newAuthority(
    `dormice-${request.name}-${request.uid.slice(0, 8)}`,
    now,
    lives.authority,
  );
  const [serving, serviceAccount] = await Promise.all([
    issueServing(ca, request.sans, now),
    newKeyPem(),
  ]);
  return { ca, serving, serviceAccount, issuer, sans: request.sans };
}

async function issueServing(ca: KeyPair, sans: string[], now: Date): Promise<KeyPair> {
  const { issueLeaf } = await import('./x509.ts');
  return issueLeaf(ca, {
    subject: { CN: 'kube-apiserver' },
    sans: [...new Set([...sans, ...commonSans])],
    usage: 'serverAuth',
    now,
    days: lives.serving,
  });
}

/** The same identity with a new serving certificate. */
export async function renewServing(
  pki: ClusterPki,
  sans: string[],
  now: Date,
): Promise<ClusterPki> {
  return { ...pki, sans, serving: await issueServing(pki.ca, sans, now) };
}

/** Does the serving certificate name all of `sans`, and for long enough? */
export function servingCovers(pki: ClusterPki, sans: string[], now: Date): boolean {
  return coversNames(pki.serving.certificate, sans, now, lives.renewBefore);
}

export interface ClientCertificateRequest {
  username: string;
  groups: string[];
  days: number;
  now?: Date;
}

/** A client certificate: common name is the user, organizations are the groups. */
export async function issueClientCertificate(
  pki: ClusterPki,
  request: ClientCertificateRequest,
): Promise<KeyPair> {
  const { issueLeaf } = await import('./x509.ts');
  return issueLeaf(pki.ca, {
    subject: { CN: request.username, O: request.groups },
    usage: 'clientAuth',
    now: request.now ?? new Date(),
    days: request.days,
  });
}
