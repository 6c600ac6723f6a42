import { prefixRange } from './range.ts';
import {
  type Change,
  type Event,
  type Revision,
  type Stamp,
  type Store,
  StoreError,
} from './store.ts';

export interface SimulationOptions {
  seed: number;
  /** Clients at once. */
  parallel: number;
  /** Operations of each client. */
  steps: number;
}

/** What the store should hold: one full copy of the state for each revision. Slow, and too simple to be wrong. */
type Model = Map<Revision, Map<string, string>>;

const decoder = new TextDecoder();
const encoder = new TextEncoder();
const everything = { start: '/', end: '0' };

/** A small generator of pseudo-random numbers (mulberry32), so that a seed names a run. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/**
 * Runs random clients against a store and compares every answer with a model built from the acknowledged commits;
 * afterwards compares two watches and the listeners' events with it. Throws on the first difference.
 */
export async function simulate(store: Store, options: SimulationOptions): Promise<void> {
  const random = randomFrom(options.seed);
  const start = store.revision;
  const acknowledged = new Map<Revision, Change[]>();
  const heard: Event[] = [];
  const stop = store.subscribe((event) => heard.push(event));
  const watched: Event[] = [];
  const abort = new AbortController();
  const watching = (async () => {
    for await (const event of store.watch(everything, start, abort.signal)) watched.push(event);
  })().catch((error: unknown) => {
    if (!(error instanceof StoreError && error.code === 'Compacted')) throw error;
    compactedWatch = true;
  });
  let compactedWatch = false;

  const client = async (): Promise<void> => {
    for (let step = 0; step < options.steps; step++) {
      const action = random(100);
      if (action < 70) await write(store, random, acknowledged);
      else if (action < 80) comparePage(store, modelOf(heard, start), random);
      else if (action < 90) compareKey(store, modelOf(heard, start), `/k/${random(12)}`);
      else if (action < 92) await store.compact(Math.max(start, store.revision - random(40)));
      else await new Promise((resolve) => setImmediate(resolve));
    }
  };
  await Promise.all(Array.from({ length: options.parallel }, client));
  stop();

  const revisions = [...acknowledged.keys()].sort((a, b) => a - b);
  same('acknowledged revisions and events', revisions, [...new Set(heard.map((e) => e.revision))]);
  for (const [revision, changes] of acknowledged) {
    const events = heard.filter((event) => event.revision === revision);
    same(
      `keys of revision ${revision}`,
      changes.map((change) => change.key),
      events.map((event) => event.key),
    );
  }
  while (!compactedWatch && watched.length < heard.length)
    await new Promise((resolve) => setImmediate(resolve));
  abort.abort();
  await watching;
  same('watched and heard', watched.map(lineOf), heard.slice(0, watched.length).map(lineOf));
  for (let at = Math.max(store.compacted, store.revision - 50); at <= store.revision; at++)
    same(`state at ${at}`, stateOf(store, at), [...(modelOf(heard, start).get(at) ?? [])].sort());
}

async function write(
  store: Store,
  random: (below: number) => number,
  acknowledged: Map<Revision, Change[]>,
): Promise<void> {
  const keys = new Set(Array.from({ length: 1 + random(3) }, () => `/k/${random(12)}`));
  const changes = [...keys].map((key): Change => {
    const expected = random(10) === 0 ? random(50) : (store.get(key)?.revision ?? 0);
    if (expected > 0 && random(3) === 0) return { key, expected, value: null };
    const salt = random(1e6);
    return { key, expected, value: (revision) => encoder.encode(`${key} ${revision} ${salt}`) };
  });
  try {
    const revision = await store.commit(changes);
    if (acknowledged.has(revision)) throw new Error(`revision ${revision} was used twice`);
    acknowledged.set(revision, changes);
  } catch (error) {
    if (!(error instanceof StoreError && error.code === 'Conflict')) throw error;
  }
}

function comparePage(store: Store, model: Model, random: (below: number) => number): void {
  const oldest = Math.max(store.compacted, store.revision - 60);
  const at = random(2) ? store.revision : oldest + random(store.revision - oldest + 1);
  const limit = random(6);
  const prefix = random(2) ? '/k/1' : '/k/';
  const expected = [...(model.get(at) ?? [])].filter(([key]) => key.startsWith(prefix)).sort();
  const page = store.list(prefixRange(prefix), { limit, at });
  const cut = limit === 0 ? expected : expected.slice(0, limit);
  const got = page.entries.map((entry) => [entry.key, decoder.decode(entry.value)]);
  same(`page at ${at} limit ${limit}`, got, cut);
  same(`remaining at ${at} limit ${limit}`, page.remaining ?? 0, expected.length - cut.length);
  same(`next at ${at} limit ${limit}`, page.next, expected[cut.length]?.[0]);
  const { stamps, ...rest } = store.stamps(prefixRange(prefix), { limit, at });
  const { entries, ...other } = page;
  same(
    'stamps',
    { ...rest, stamps: [...stamps].map(stampOf) },
    { ...other, stamps: entries.map(stampOf) },
  );
  compareJoined(store, { prefix, at, limit: limit + 1 }, expected);
}

const stampOf = ({ key, revision }: Stamp) => [key, revision];

/** Some values begin with what is replaced; a page's text is all of them. */
function compareJoined(
  store: Store,
  { prefix, at, limit }: { prefix: string; at: Revision; limit: number },
  expected: readonly (readonly [string, string])[],
): void {
  const replace = { head: encoder.encode('/k/1'), by: encoder.encode('<>') };
  const page = store.join(prefixRange(prefix), { limit, at, replace });
  const cut = expected.slice(0, limit).map(([, value]) => value.replace(/^\/k\/1/, '<>'));
  same(`joined at ${at} limit ${limit}`, decoder.decode(page.bytes), cut.join(','));
  same(`count at ${at} limit ${limit}`, page.count, cut.length);
}

function compareKey(store: Store, model: Model, key: string): void {
  const entry = store.get(key);
  same(
    `value of ${key}`,
    entry && decoder.decode(entry.value),
    model.get(store.revision)?.get(key),
  );
}

const stateOf = (store: Store, at: Revision) =>
  store.list(everything, { at }).entries.map((e) => [e.key, decoder.decode(e.value)]);

/** Replays events; cached by how many there are, since each run only adds to its own list. */
const models = new WeakMap<Event[], { length: number; model: Model }>();

function modelOf(events: Event[], start: Revision): Model {
  const cached = models.get(events) ?? { length: 0, model: new Map([[start, new Map()]]) };
  let state = [...cached.model.values()].at(-1) ?? new Map<string, string>();
  for (const event of events.slice(cached.length)) {
    state = new Map(cached.model.get(event.revision) ?? state);
    if (event.type === 'put') state.set(event.key, decoder.decode(event.value));
    else state.delete(event.key);
    cached.model.set(event.revision, state);
  }
  models.set(events, { length: events.length, model: cached.model });
  return cached.model;
}

const lineOf = (event: Event) =>
  `${event.revision} ${event.type} ${event.key} ${decoder.decode(event.value)} ${event.previous && decoder.decode(event.previous)}`;

function same(what: string, got: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(got), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: got ${left}, expected ${right}`);
}
