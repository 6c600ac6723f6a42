/**
 * Keys of one virtual cluster: what its identity is. Survives API state (a Dynamic cluster keeps it), never leaves the
 * process but in files of mode 0600. PEM strings, P-256 keys.
 */
export interface ClusterPki {
  /** Signs the serving certificate and client certificates. */
  ca: KeyPair;
  /** Signs service-account tokens (ES256). */
  serviceAccount: { key: string; publicKey: string };
  /** Issuer of service-account tokens: `https://kubernetes.default.svc.cluster.local`. */
  issuer: string;
  /** Names and addresses in the serving certificate: the unique host name, service names, `proxy.extraSANs`. */
  sans: string[];
  serving: KeyPair;
}

export interface KeyPair {
  /** Certificate, PEM. */
  certificate: string;
  /** Private key, PKCS#8 PEM. */
  key: string;
}
