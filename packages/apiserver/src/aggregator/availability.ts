import {
  formatTime,
  getCondition,
  isReason,
  type KubeObject,
  setCondition,
} from '@dormice/apimachinery';
import type { ServerContext } from '../context.ts';
import { keyPrefix } from '../registry/keys.ts';
import { type Availability, checkAvailability } from './check-availability.ts';
import { fetchDocuments } from './fetch-documents.ts';
import { frontProxyOf } from './front-proxy.ts';
import {
  apiServicePrefix,
  apiServices,
  forgetRemoteApis,
  type RemoteApi,
  rememberDocuments,
  remoteApis,
  targetOf,
} from './remote-apis.ts';

const apiServiceResource = {
  group: 'apiregistration.k8s.io',
  version: 'v1',
  resource: 'apiservices',
  kind: 'APIService',
  namespaced: false,
} as const;

/** A server that works is asked again after this, milliseconds; upstream's resync. */
const checkEveryMs = 30_000;
/** After a failure: the first wait, doubled each time. */
const firstRetryMs = 500;
/** Changes that come together lead to one check. */
const settleMs = 50;

const watched = [
  apiServicePrefix,
  keyPrefix({ group: '', resource: 'services' }),
  keyPrefix({ group: 'discovery.k8s.io', resource: 'endpointslices' }),
];

const local: Availability = {
  status: 'True',
  reason: 'Local',
  message: 'Local APIServices are always available',
};

/**
 * Keeps the `Available` condition of APIServices and what aggregated servers say about themselves. Without an aggregated
 * server it has no timer.
 */
export class AvailabilityKeeper {
  readonly #context: ServerContext;
  readonly #failures = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #checking = false;
  #again = false;
  #closed = false;

  constructor(context: ServerContext) {
    this.#context = context;
  }

  /** To be called for each change of the store. */
  observe(key: string): void {
    if (!watched.some((prefix) => key.startsWith(prefix))) return;
    if (key.startsWith(apiServicePrefix)) forgetRemoteApis(this.#context);
    if (key.startsWith(apiServicePrefix) || remoteApis(this.#context).length > 0) {
      this.schedule(settleMs);
    }
  }

  schedule(afterMs = 0): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#run(), afterMs);
    this.#timer.unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  async #run(): Promise<void> {
    if (this.#checking) {
      this.#again = true;
      return;
    }
    this.#checking = true;
    try {
      await this.#checkAll();
    } catch (error) {
      this.#context.log('warn', 'checking API services failed', { error: String(error) });
    } finally {
      this.#checking = false;
    }
    if (this.#again) {
      this.#again = false;
      this.schedule(settleMs);
    }
  }

  async #checkAll(): Promise<void> {
    const context = this.#context;
    for (const object of apiServices(context)) {
      if (object['spec']?.service || conditionOf(object)) continue;
      await this.#write(object, local);
    }
    const apis = remoteApis(context);
    await Promise.all(apis.map((api) => this.#checkOne(api)));
    if (apis.length === 0 || this.#closed) return;
    const failures = Math.max(0, ...apis.map(({ name }) => this.#failures.get(name) ?? 0));
    const wait = failures === 0 ? checkEveryMs : firstRetryMs * 2 ** Math.min(failures - 1, 6);
    this.schedule(Math.min(wait, checkEveryMs));
  }

  async #checkOne(api: RemoteApi): Promise<void> {
    const context = this.#context;
    const found = await checkAvailability(context, api);
    const isUp = found.status === 'True';
    this.#failures.set(api.name, isUp ? 0 : (this.#failures.get(api.name) ?? 0) + 1);
    const identity = frontProxyOf(context);
    if (isUp && identity) {
      rememberDocuments(
        context,
        api.name,
        await fetchDocuments(context, api, targetOf(api, identity)),
      );
    }
    const object = apiServices(context).find(({ metadata }) => metadata.name === api.name);
    if (object) await this.#write(object, found);
  }

  async #write(object: KubeObject, { status, reason, message }: Availability): Promise<void> {
    const before = conditionOf(object);
    const same =
      before?.status === status && before.reason === reason && before.message === message;
    if (same || this.#closed) return;
    const conditions = setCondition(object['status']?.conditions, {
      type: 'Available',
      status,
      reason,
      message,
      lastTransitionTime: formatTime(this.#context.now()),
    });
    try {
      await this.#context.client.update(
        apiServiceResource,
        { ...object, status: { ...object['status'], conditions } },
        { subresource: 'status' },
      );
    } catch (error) {
      // Somebody changed or deleted it meanwhile: that change leads to the next check.
      if (!isReason(error, 'NotFound', 'Conflict')) throw error;
    }
  }
}

const conditionOf = (object: KubeObject) =>
  getCondition(object['status']?.conditions ?? [], 'Available');
