import { isReason, type KubeObject } from '@dormice/apimachinery';
import type { Client, ListOptions } from './client.ts';
import type { Resource } from './resource.ts';

export interface InformerOptions<T extends KubeObject> {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  /** Keeps less of each object in memory. */
  transform?: (object: T) => T;
  /** Connection trouble; the informer goes on by itself. */
  onError?: (error: unknown) => void;
  /** First delay after trouble, milliseconds. Default 200; doubles to 10 s. */
  base?: number;
}

export interface InformerChange<T extends KubeObject> {
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  object: T;
  previous: T | undefined;
}

/** A list that is kept up to date by one watch. */
export interface Informer<T extends KubeObject> {
  /** Resolves after the first complete list. */
  readonly synced: Promise<void>;
  /** `''` as namespace of cluster-scoped objects. */
  get(namespace: string, name: string): T | undefined;
  list(): Iterable<T>;
  readonly size: number;
  /** Called for each change, and for what is known already as ADDED. Must not throw. Returns the unsubscription. */
  subscribe(listener: (change: InformerChange<T>) => void): () => void;
  stop(): void;
}

export function createInformer<T extends KubeObject>(
  client: Client,
  resource: Resource,
  options: InformerOptions<T> = {},
): Informer<T> {
  return new WatchInformer(client, resource, options);
}

const keyOf = (object: KubeObject): string =>
  `${object.metadata.namespace ?? ''}/${object.metadata.name ?? ''}`;
const slowest = 10_000;

/** Watches end by themselves after 290 to 590 s, at different times for different informers. */
const timeoutSeconds = (): number => 290 + Math.floor(Math.random() * 300);

class WatchInformer<T extends KubeObject> implements Informer<T> {
  readonly synced: Promise<void>;
  readonly #client: Client;
  readonly #resource: Resource;
  readonly #options: InformerOptions<T>;
  readonly #objects = new Map<string, T>();
  readonly #listeners = new Set<(change: InformerChange<T>) => void>();
  readonly #abort = new AbortController();
  #revision: string | undefined;
  #failures = 0;
  #markSynced: () => void = () => undefined;

  constructor(client: Client, resource: Resource, options: InformerOptions<T>) {
    this.#client = client;
    this.#resource = resource;
    this.#options = options;
    this.synced = new Promise((resolve) => {
      this.#markSynced = resolve;
    });
    void this.#run();
  }

  get(namespace: string, name: string): T | undefined {
    return this.#objects.get(`${namespace}/${name}`);
  }

  list(): Iterable<T> {
    return this.#objects.values();
  }

  get size(): number {
    return this.#objects.size;
  }

  subscribe(listener: (change: InformerChange<T>) => void): () => void {
    for (const object of this.#objects.values()) {
      listener({ type: 'ADDED', object, previous: undefined });
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    this.#abort.abort();
    this.#listeners.clear();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        if (this.#revision === undefined) await this.#relist();
        await this.#follow();
      } catch (error) {
        if (signal.aborted) return;
        if (isReason(error, 'Expired', 'Gone')) {
          this.#revision = undefined;
          continue;
        }
        this.#failures += 1;
        this.#options.onError?.(error);
        await this.#pause();
      }
    }
  }

  get #selection(): ListOptions {
    const { namespace, labelSelector, fieldSelector } = this.#options;
    return {
      signal: this.#abort.signal,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labelSelector === undefined ? {} : { labelSelector }),
      ...(fieldSelector === undefined ? {} : { fieldSelector }),
    };
  }

  /** The whole list in pages; what was known and is not in it was deleted meanwhile. */
  async #relist(): Promise<void> {
    const seen = new Set<string>();
    let next: string | undefined;
    let revision = '';
    do {
      const page = await this.#client.list<T>(this.#resource, {
        ...this.#selection,
        limit: 500,
        ...(next === undefined ? {} : { continue: next }),
      });
      const apiVersion = page.apiVersion;
      for (const item of page.items) {
        // Items of a list carry neither apiVersion nor kind.
        item.apiVersion ??= apiVersion;
        item.kind ??= this.#resource.kind;
        seen.add(keyOf(item));
        this.#put(item);
      }
      revision = page.metadata.resourceVersion;
      next = page.metadata.continue;
    } while (next !== undefined && next !== '');
    for (const [key, object] of this.#objects) if (!seen.has(key)) this.#drop(object);
    this.#revision = revision;
    this.#failures = 0;
    this.#markSynced();
  }

  async #follow(): Promise<void> {
    const events = this.#client.watch<T>(this.#resource, {
      ...this.#selection,
      resourceVersion: this.#revision ?? '0',
      timeoutSeconds: timeoutSeconds(),
    });
    for await (const event of events) {
      if (event.type === 'ERROR') throw event.error;
      this.#failures = 0;
      const { object } = event;
      if (event.type === 'DELETED') this.#drop(object);
      else if (event.type !== 'BOOKMARK') this.#put(object);
      this.#revision = object.metadata.resourceVersion ?? this.#revision;
    }
  }

  #put(raw: T): void {
    const object = this.#options.transform?.(raw) ?? raw;
    const key = keyOf(object);
    const previous = this.#objects.get(key);
    if (previous?.metadata.resourceVersion === object.metadata.resourceVersion && previous) return;
    if (previous && previous.metadata.uid !== object.metadata.uid) this.#drop(previous);
    this.#objects.set(key, object);
    const replaced = previous && previous.metadata.uid === object.metadata.uid;
    this.#tell({
      type: replaced ? 'MODIFIED' : 'ADDED',
      object,
      previous: replaced ? previous : undefined,
    });
  }

  #drop(object: T): void {
    const previous = this.#objects.get(keyOf(object));
    if (!this.#objects.delete(keyOf(object))) return;
    this.#tell({ type: 'DELETED', object: this.#options.transform?.(object) ?? object, previous });
  }

  #tell(change: InformerChange<T>): void {
    for (const listener of this.#listeners) listener(change);
  }

  #pause(): Promise<void> {
    const base = this.#options.base ?? 200;
    const delay = Math.min(slowest, base * 2 ** Math.min(this.#failures - 1, 10));
    return new Promise((resolve) => {
      const done = () => {
        clearTimeout(timer);
        this.#abort.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, delay * (0.8 + 0.4 * Math.random()));
      this.#abort.signal.addEventListener('abort', done);
    });
  }
}
