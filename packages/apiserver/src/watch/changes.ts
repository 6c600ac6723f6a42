import { type KubeObject, parseExact } from '@dormice/apimachinery';
import type { ChangeSource, ObjectChange } from '@dormice/client';
import type { Event, Store } from '@dormice/storage';
import { parseKey } from '../registry/keys.ts';

const decoder = new TextDecoder();
const parse = (bytes: Uint8Array): KubeObject => parseExact(decoder.decode(bytes)) as KubeObject;

/** A store event as controllers see it; objects are parsed when somebody looks. */
class StoreChange implements ObjectChange {
  readonly type: ObjectChange['type'];
  readonly group: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly #event: Event;
  #object: KubeObject | undefined;
  #previous: KubeObject | undefined;

  constructor(event: Event, key: NonNullable<ReturnType<typeof parseKey>>) {
    this.#event = event;
    this.type =
      event.type === 'delete' ? 'DELETED' : event.previous === undefined ? 'ADDED' : 'MODIFIED';
    this.group = key.group;
    this.resource = key.resource;
    this.namespace = key.namespace;
    this.name = key.name;
  }

  get object(): KubeObject {
    this.#object ??= parse(this.#event.value);
    return this.#object;
  }

  get previous(): KubeObject | undefined {
    if (this.#event.previous !== undefined) this.#previous ??= parse(this.#event.previous);
    return this.#previous;
  }
}

/** All changes of a store, for controllers and the syncer: one parse for all listeners, none without them. */
export function changesOf(store: Store): ChangeSource {
  return {
    subscribe: (listener) =>
      store.subscribe((event) => {
        const key = parseKey(event.key);
        if (key) listener(changeOf(event, key));
      }),
  };
}

const known = new WeakMap<Event, StoreChange>();

function changeOf(event: Event, key: NonNullable<ReturnType<typeof parseKey>>): StoreChange {
  let change = known.get(event);
  if (!change) {
    change = new StoreChange(event, key);
    known.set(event, change);
  }
  return change;
}
