import type { Client, HttpTransport } from '@dormice/client';
import type { Backend } from '@dormice/gateway';

/** The cluster that runs the pods, as the rest of Dormice sees it. */
export interface Host {
  /** `Kubernetes v1.35.4 at https://…`, or that it is simulated: printed at start. */
  description: string;
  client: Client;
  /** Absent for the embedded host: its pods are simulated and cannot be connected to. */
  transport?: HttpTransport;
  /** Address of this machine as pods of the host see it; absent when there are no real pods. */
  advertiseAddress?: string;
  /** Kubeconfig file of the host, for the CLI. */
  kubeconfig: string;
  /** The embedded host's own API behind the gateway, with its server name. */
  backend?: { serverName: string; backend: Backend };
  close(): Promise<void>;
}
