import {
  type ClusterPki,
  createClusterPki,
  issueClientCertificate,
  kubeconfigFor,
  renewServing,
  servingCovers,
} from '@dormice/apiserver';
import { fingerprint, hasIdentity, readIdentity, writeIdentity } from './identity-file.ts';
import { certificateSans, isAddress, serverNameOf } from './names.ts';
import { referenceOf, type VirtualCluster } from './virtual-cluster.ts';

/** Life of the admin certificate in a kubeconfig, and how long before its end it is replaced, days. */
export const adminDays = 365;
export const renewBeforeDays = 90;

/**
 * The keys of a cluster: read, or made when the cluster is new. Refuses to make new ones for a cluster that had others:
 * a lost data directory must not look like an empty cluster.
 */
export async function loadIdentity(
  object: VirtualCluster,
  directory: string,
  now: () => Date,
): Promise<ClusterPki> {
  const recorded = object.status?.identity;
  const sans = certificateSans(object);
  if (!hasIdentity(directory)) {
    if (recorded !== undefined) {
      throw new Error(
        `the state of ${referenceOf(object)} is missing: ${directory} has no identity, but the cluster had one. ` +
          'Start Dormice with the data directory that it had, or restore it from a backup',
      );
    }
    const pki = await createClusterPki({
      name: object.metadata.name ?? '',
      uid: object.metadata.uid ?? '',
      sans,
      now,
    });
    await writeIdentity(directory, pki);
    return pki;
  }
  const pki = await readIdentity(directory);
  if (recorded !== undefined && recorded !== fingerprint(pki)) {
    throw new Error(
      `${directory} holds another cluster's identity than ${referenceOf(object)} had; restore the right data directory`,
    );
  }
  if (servingCovers(pki, sans, now())) return pki;
  // Addresses were added while it ran: those of its own Service.
  const addresses = pki.sans.filter(isAddress);
  const renewed = await renewServing(pki, [...new Set([...sans, ...addresses])], now());
  await writeIdentity(directory, renewed);
  return renewed;
}

/** The tenant's kubeconfig: cluster-admin by client certificate. */
export async function adminKubeconfig(
  object: VirtualCluster,
  pki: ClusterPki,
  server: string,
): Promise<string> {
  const { name = '', namespace = '' } = object.metadata;
  const admin = await issueClientCertificate(pki, {
    username: 'kubernetes-admin',
    groups: ['system:masters'],
    days: adminDays,
  });
  return kubeconfigFor({
    name: `dormice_${name}_${namespace}`,
    server,
    tlsServerName: serverNameOf(name, namespace),
    caCertificate: pki.ca.certificate,
    clientCertificate: admin.certificate,
    clientKey: admin.key,
  });
}
