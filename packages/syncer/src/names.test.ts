import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostName } from './names.ts';

const name = fc.stringMatching(/^[a-z0-9]([a-z0-9.-]{0,80}[a-z0-9])?$/);
const namespace = fc.stringMatching(/^[a-z0-9]([a-z0-9-]{0,60}[a-z0-9])?$/);

describe('host names', () => {
  it('are DNS labels that every kind takes', () => {
    fc.assert(
      fc.property(namespace, name, (ns, own) => {
        expect(hostName('uid', ns, own)).toMatch(/^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/);
      }),
    );
  });

  it('differ for different objects, whatever separators their names hold', () => {
    fc.assert(
      fc.property(namespace, name, namespace, name, (ns1, name1, ns2, name2) => {
        fc.pre(ns1 !== ns2 || name1 !== name2);
        expect(hostName('uid', ns1, name1)).not.toBe(hostName('uid', ns2, name2));
      }),
    );
    expect(hostName('u', 'c', 'a-b')).not.toBe(hostName('u', 'b-c', 'a'));
    expect(hostName('u', 'c', 'a.b')).not.toBe(hostName('u', 'c', 'a-b'));
  });

  it('differ between clusters and between purposes', () => {
    expect(hostName('one', 'default', 'web')).not.toBe(hostName('two', 'default', 'web'));
    expect(hostName('one', 'default', 'web')).not.toBe(hostName('one', 'default', 'web', 'tokens'));
  });

  it('begin with what a person knows, and never change', () => {
    expect(hostName('3f2c', 'default', 'web-0')).toMatch(/^web-0-default-[a-z2-7]{16}$/);
    expect(hostName('3f2c', 'default', '0web')).toMatch(/^web-default-[a-z2-7]{16}$/);
    expect(hostName('3f2c', 'default', 'web-0')).toBe(hostName('3f2c', 'default', 'web-0'));
  });
});
