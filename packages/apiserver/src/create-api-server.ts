import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import {
  type ApiRequest,
  type ApiResponse,
  type ChangeSource,
  type Client,
  createClient,
  systemUser,
  type UserInfo,
} from '@dormice/client';
import { mutatingPolicyKinds } from '@dormice/kinds';
import { builtinPlugins } from './admission/builtin-plugins.ts';
import { AvailabilityKeeper } from './aggregator/availability.ts';
import type { ApiServer, ApiServerOptions } from './api-server.ts';
import { bootstrapCluster } from './bootstrap.ts';
import type { ServerContext } from './context.ts';
import { KindTable } from './crd/kind-table.ts';
import { FlowObjectsKeeper } from './fairness/keep-flow-objects.ts';
import { defaultLimits } from './fairness/limits.ts';
import { createTlsFront } from './http/tls-front.ts';
import { ObjectCache } from './object-cache.ts';
import { plainDialer } from './outbound/dialer.ts';
import { Outbound } from './outbound/outbound.ts';
import { handle } from './pipeline.ts';
import type { ClusterPki } from './pki/cluster-pki.ts';
import { changesOf } from './watch/changes.ts';

/** An API server over a store. Costs a few objects until somebody uses it. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  return new EmbeddedApiServer(options);
}

class EmbeddedApiServer implements ApiServer {
  readonly changes: ChangeSource;
  readonly activity = { connections: 0, watches: 0, inFlight: 0 };
  readonly #closing = new AbortController();
  readonly #context: ServerContext;
  readonly #availability: AvailabilityKeeper;
  readonly #flowObjects: FlowObjectsKeeper;
  readonly #unsubscribe: () => void;
  #front: ReturnType<typeof createTlsFront> | undefined;

  constructor(options: ApiServerOptions) {
    const { store, pki } = options;
    const optional = (options.mutatingPolicies ?? []).flatMap(mutatingPolicyKinds);
    const kinds = new KindTable(store, optional);
    const objects = new ObjectCache(store);
    this.#unsubscribe = store.subscribe(({ key }) => {
      kinds.observe(key);
      objects.observe(key);
      this.#availability.observe(key);
      this.#flowObjects.observe(key);
    });
    this.changes = changesOf(store);
    this.#context = {
      store,
      pki,
      kinds,
      objects,
      now: options.now ?? (() => new Date()),
      uuid: options.uuid ?? randomUUID,
      mutatesByPolicy: optional.length > 0,
      admission: builtinPlugins(),
      lateAdmission: options.admission ?? [],
      pods: options.pods,
      outbound: new Outbound(() => this.#context.client, options.dialer ?? plainDialer),
      extensions: options.extensions ?? [],
      audit: options.audit,
      authentication: options.authentication,
      log: options.log ?? (() => undefined),
      onActivity: options.onActivity ?? (() => undefined),
      client: this.client(systemUser('apiserver')),
      closing: this.#closing.signal,
      activity: this.activity,
      limits: { ...defaultLimits, ...options.limits },
      caches: new Map(),
    };
    this.#availability = new AvailabilityKeeper(this.#context);
    this.#flowObjects = new FlowObjectsKeeper(this.#context);
  }

  request(request: ApiRequest): Promise<ApiResponse> {
    return handle(this.#context, request);
  }

  client(user: UserInfo): Client {
    return createClient(this, { user, userAgent: user.username, fieldManager: user.username });
  }

  async bootstrap(): Promise<void> {
    await bootstrapCluster(this.#context);
    this.#availability.schedule();
  }

  accept(socket: Duplex): void {
    this.#front ??= createTlsFront(this.#context, (request) => this.request(request));
    this.#front.accept(socket);
  }

  renew(pki: ClusterPki): void {
    this.#context.pki = pki;
    this.#front?.renew();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    this.#availability.close();
    await this.#flowObjects.close();
    await this.#front?.close();
    this.#front = undefined;
    while (this.activity.inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    this.#unsubscribe();
    this.#context.outbound.close();
  }
}
