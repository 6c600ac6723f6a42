import { describe, expect, it } from 'vitest';
import { secretMapping } from './host-secret-mapping.ts';

const map = (byName: Record<string, string>) => secretMapping(byName, 'ws-atlas');

describe('mappings of host Secrets', () => {
  it('take all of the own namespace to one virtual namespace', () => {
    for (const [key, value] of [
      ['', 'default'],
      ['ws-atlas/*', 'default/*'],
    ] as const) {
      const mapping = map({ [key]: value });
      expect(mapping.toVirtual('db')).toEqual({ namespace: 'default', name: 'db' });
      expect(mapping.toHost('default', 'db')).toBe('db');
      expect(mapping.toHost('other', 'db')).toBeUndefined();
    }
  });

  it('take single ones to other places, and there only', () => {
    const mapping = map({ '': 'default', '/db': 'shop/database', 'ws-atlas/key': 'shop' });
    expect(mapping.toVirtual('db')).toEqual({ namespace: 'shop', name: 'database' });
    expect(mapping.toVirtual('key')).toEqual({ namespace: 'shop', name: 'key' });
    expect(mapping.toHost('shop', 'database')).toBe('db');
    expect(mapping.toHost('default', 'db')).toBeUndefined();
  });

  it('of another namespace are refused, saying which one can be named', () => {
    expect(() => map({ 'kube-system/*': 'default' })).toThrow(
      'sync.fromHost.secrets.mappings.byName["kube-system/*"]: names host namespace "kube-system", but only the virtual cluster\'s own ("ws-atlas") can be mapped',
    );
  });

  it('that make no sense are refused', () => {
    expect(() => map({ 'a/b/c': 'default' })).toThrow('is none of');
    expect(() => map({ '': '' })).toThrow('target ""');
    expect(() => map({ '': 'default/db' })).toThrow('use "default/*"');
    expect(() => map({ '/db': 'default/*' })).toThrow('use "default"');
  });
});
