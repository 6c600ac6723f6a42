import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { KubeObject } from '@dormice/apimachinery';
import type {
  ApiRequest,
  ApiResponse,
  ChangeSource,
  Client,
  Transport,
  UserInfo,
} from '@dormice/client';
import type { MutatingPolicyVersion } from '@dormice/kinds';
import type { Store } from '@dormice/storage';
import type { AuditPolicy } from './audit/policy.ts';
import type { CompiledAuthentication } from './authenticate/jwt/configuration.ts';
import type { TenantLimits } from './fairness/limits.ts';
import type { Dialer } from './outbound/dialer.ts';
import type { ClusterPki } from './pki/cluster-pki.ts';

export interface GroupVersionKind {
  group: string;
  version: string;
  kind: string;
}

/** One API request as admission sees it. */
export interface AdmissionAttributes {
  operation: 'CREATE' | 'UPDATE' | 'DELETE' | 'CONNECT';
  group: string;
  version: string;
  resource: string;
  subresource: string;
  /** Of `object`: that of the resource, or of a subresource that has its own (Scale, Binding, PodExecOptions). */
  kind: GroupVersionKind;
  namespace: string;
  name: string;
  user: UserInfo;
  dryRun: boolean;
  /** Mutable in `admit`, frozen by convention in `validate`. Absent on DELETE. */
  object: KubeObject | undefined;
  oldObject: KubeObject | undefined;
  /** `CreateOptions`, `UpdateOptions`, `PatchOptions` or `DeleteOptions` of the request. */
  options?: Record<string, unknown>;
  /** Adds a `Warning` header. */
  warn(message: string): void;
  /** Adds an annotation to the audit event, where one is kept. */
  annotate?(key: string, value: string): void;
}

/** A refusal is a thrown `StatusError`. */
export interface AdmissionPlugin {
  readonly name: string;
  admit?(attributes: AdmissionAttributes, client: Client): Promise<void> | void;
  validate?(attributes: AdmissionAttributes, client: Client): Promise<void> | void;
}

/** The way from the API to a running pod; on a host that is the syncer's virtual node. */
export interface PodConnector {
  /** `GET pods/NAME/log`. */
  log(pod: KubeObject, request: ApiRequest): Promise<ApiResponse>;
  /** `exec`, `attach`, `portforward`: takes over the upgraded connection (WebSocket or SPDY) until it ends. */
  upgrade(
    pod: KubeObject,
    subresource: 'exec' | 'attach' | 'portforward',
    request: { url: string; headers: IncomingMessage['headers']; method: string },
    socket: Duplex,
    head: Buffer,
  ): Promise<void>;
  /** `pods/NAME/proxy`, `services/NAME/proxy`: an HTTP request to the workload. */
  proxy(target: KubeObject, path: string, request: ApiRequest): Promise<ApiResponse>;
}

/** An API group served by another part of Dormice in the same process (metrics.k8s.io). Discovery lists it. */
export interface Extension {
  group: string;
  version: string;
  resources: { name: string; kind: string; namespaced: boolean; verbs: string[] }[];
  /** Gets requests after authentication and authorization. */
  transport: Transport;
}

export interface ApiServerOptions {
  store: Store;
  pki: ClusterPki;
  /** For audit ids, UIDs and names. Default `crypto.randomUUID`. */
  uuid?: () => string;
  now?: () => Date;
  /** Run after the built-in admission plugins, on objects as they will be stored: allocators and the like. */
  admission?: AdmissionPlugin[];
  pods?: PodConnector;
  /** How webhooks, converters and aggregated servers are reached. Default: from where the process runs; no pods. */
  dialer?: Dialer;
  extensions?: Extension[];
  /** Called for each authenticated request that counts as somebody's activity (not watches' renewals, not probes). */
  onActivity?: (request: { user: UserInfo; verb: string; userAgent: string }) => void;
  /** What the cluster may use of the process at once; the defaults of what is absent are in `fairness/limits.ts`. */
  limits?: Partial<TenantLimits>;
  /**
   * Versions in which MutatingAdmissionPolicies are served; with any they are evaluated. Default none, as upstream, where
   * it takes `--runtime-config` and `--feature-gates`.
   */
  mutatingPolicies?: readonly MutatingPolicyVersion[];
  /** Which requests are written down, and where each line of JSON goes. Absent: none, at no cost. */
  audit?: { policy: AuditPolicy; write: (line: string) => void };
  /** Issuers whose tokens are believed besides the cluster's own, and what anonymous requests may do. Asked each time. */
  authentication?: () => CompiledAuthentication;
  log?: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: object) => void;
}

/** One virtual cluster's API. Idle, it is this object: no timer, socket or thread. */
export interface ApiServer extends Transport {
  /** Writes what a new cluster has (namespaces, RBAC roles …); idempotent. */
  bootstrap(): Promise<void>;
  /** Serves a TCP connection: TLS, HTTP/1.1 and HTTP/2, client certificates. */
  accept(socket: Duplex): void;
  /** Serves new connections with this identity from now on: its serving certificate names more, or is newer. */
  renew(pki: ClusterPki): void;
  readonly changes: ChangeSource;
  /** In-process client acting as `user`. */
  client(user: UserInfo): Client;
  /** Open connections and watches, for the idle judge and the dashboard. */
  readonly activity: { connections: number; watches: number; inFlight: number };
  /** Ends watches and connections (clients reconnect), waits for requests in flight. Does not close the store. */
  close(): Promise<void>;
}
