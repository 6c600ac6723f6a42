import type { KubeObject } from '@dormice/apimachinery';
import { prefixRange, type Store } from '@dormice/storage';

const decoder = new TextDecoder();
const parse = (bytes: Uint8Array): KubeObject => JSON.parse(decoder.decode(bytes)) as KubeObject;

/** With more collections, or single objects, than this all are forgotten: namespaces come and go. */
const most = 1000;

/**
 * Parsed objects of a few small collections that requests look at (webhook configurations, policies, quotas) and single
 * ones (namespaces): read at first use, forgotten when one of them changes. What nobody writes costs a map lookup a
 * request. The objects are shared: whoever changes one copies it first.
 */
export class ObjectCache {
  readonly #store: Store;
  readonly #collections = new Map<string, readonly KubeObject[]>();
  readonly #objects = new Map<string, KubeObject | undefined>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** To be called for each change of the store. */
  observe(key: string): void {
    this.#objects.delete(key);
    // `/group/resource/namespace/name` is in two collections: all of the resource, and those of the namespace.
    const inNamespace = key.slice(0, key.lastIndexOf('/') + 1);
    this.#collections.delete(inNamespace);
    this.#collections.delete(
      inNamespace.slice(0, inNamespace.lastIndexOf('/', -2 + inNamespace.length) + 1),
    );
  }

  /** All objects below a key prefix, by key. The same array until one changes: what is derived may be kept by it. */
  list(prefix: string): readonly KubeObject[] {
    let known = this.#collections.get(prefix);
    if (!known) {
      known = this.#store.list(prefixRange(prefix)).entries.map(({ value }) => parse(value));
      if (this.#collections.size >= most) this.#collections.clear();
      this.#collections.set(prefix, known);
    }
    return known;
  }

  get(key: string): KubeObject | undefined {
    if (this.#objects.has(key)) return this.#objects.get(key);
    const entry = this.#store.get(key);
    const object = entry && parse(entry.value);
    if (this.#objects.size >= most) this.#objects.clear();
    this.#objects.set(key, object);
    return object;
  }
}
