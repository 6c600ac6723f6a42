/** What `dormice up` starts. Paths are absolute or relative to the working directory. */
export interface ServerOptions {
  /** State of all virtual clusters; made when missing. */
  dataDir: string;
  /** The host cluster. Absent: the embedded host with simulated nodes. Never the user's current context. */
  hostKubeconfig?: string;
  hostContext?: string;
  /** Where the gateway listens for people. Default 127.0.0.1:6440; port 0 takes a free one. */
  listen: { host: string; port: number };
  /** Where the dashboard listens. Default 127.0.0.1:6480. */
  dashboard: { host: string; port: number };
  /**
   * The address of this machine as pods of the host see it. Default: the local end of the connection to the host's
   * API. The gateway and the DNS server listen there too.
   */
  advertiseAddress?: string;
  /** Nodes of the embedded host. Default 2. */
  simulatedNodes: number;
  logLevel: 'debug' | 'info' | 'warn' | 'error';
  /** `apiserver.config.k8s.io` AuthenticationConfiguration of all virtual clusters. Absent: none. */
  authenticationConfig?: string;
  /** `audit.k8s.io/v1` Policy. Absent: no audit log is kept. */
  auditPolicyFile?: string;
  /** Where audit events go. Default: `audit.log` in the data directory. */
  auditLogPath?: string;
  /** API versions besides the defaults, as kube-apiserver's flag: `admissionregistration.k8s.io/v1beta1=true`. */
  runtimeConfig?: string;
  /** Features besides the defaults, as kube-apiserver's flag: `MutatingAdmissionPolicy=true`. */
  featureGates?: string;
}

export const defaultOptions: ServerOptions = {
  dataDir: '.dormice',
  listen: { host: '127.0.0.1', port: 6440 },
  dashboard: { host: '127.0.0.1', port: 6480 },
  simulatedNodes: 2,
  logLevel: 'warn',
};
