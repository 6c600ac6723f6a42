import type { KubeObject } from '@dormice/apimachinery';
import { prefixRange, type Store } from '@dormice/storage';

const decoder = new TextDecoder();

/**
 * Parsed objects of a few small collections that requests look at (webhook configurations, policies): read at first use,
 * forgotten when one of them changes. A collection that nobody writes costs a map lookup a request.
 */
export class ObjectCache {
  readonly #store: Store;
  readonly #collections = new Map<string, readonly KubeObject[]>();

  constructor(store: Store) {
    this.#store = store;
  }

  /** To be called for each change of the store. */
  observe(key: string): void {
    for (const prefix of this.#collections.keys()) {
      if (key.startsWith(prefix)) this.#collections.delete(prefix);
    }
  }

  /** All objects below a key prefix, by key. The same array until one changes: what is derived may be kept by it. */
  list(prefix: string): readonly KubeObject[] {
    let known = this.#collections.get(prefix);
    if (!known) {
      known = this.#store
        .list(prefixRange(prefix))
        .entries.map(({ value }) => JSON.parse(decoder.decode(value)) as KubeObject);
      this.#collections.set(prefix, known);
    }
    return known;
  }
}
