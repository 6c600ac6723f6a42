import { MemoryStore } from '@dormice/storage';
import { describe, expect, it } from 'vitest';
import { ObjectCache } from './object-cache.ts';

const bytes = (name: string) => () => new TextEncoder().encode(JSON.stringify({ name }));

function cached() {
  const store = new MemoryStore();
  const cache = new ObjectCache(store);
  store.subscribe(({ key }) => cache.observe(key));
  return { store, cache };
}

describe('the cache of objects', () => {
  it('reads a collection once, until one of its objects changes', async () => {
    const { store, cache } = cached();
    await store.commit([{ key: '/core/limitranges/a/one', expected: 0, value: bytes('one') }]);
    const [all, ofA, ofB] = ['', 'a/', 'b/'].map((end) => cache.list(`/core/limitranges/${end}`));
    expect([all, ofA, ofB]).toEqual([[{ name: 'one' }], [{ name: 'one' }], []]);
    await store.commit([{ key: '/core/limitranges/b/two', expected: 0, value: bytes('two') }]);
    expect(cache.list('/core/limitranges/a/')).toBe(ofA);
    expect(cache.list('/core/limitranges/b/')).toEqual([{ name: 'two' }]);
    expect(cache.list('/core/limitranges/')).toHaveLength(2);
  });

  it('knows what is not there, until it is', async () => {
    const { store, cache } = cached();
    const key = '/core/namespaces//new';
    expect(cache.get(key)).toBeUndefined();
    await store.commit([{ key, expected: 0, value: bytes('new') }]);
    expect(cache.get(key)).toEqual({ name: 'new' });
    await store.commit([{ key, expected: 2, value: null }]);
    expect(cache.get(key)).toBeUndefined();
  });
});
