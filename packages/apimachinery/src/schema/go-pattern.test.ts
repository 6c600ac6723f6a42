import { describe, expect, it } from 'vitest';
import { goPattern } from './go-pattern.ts';

describe('goPattern', () => {
  it.each([
    ['^[a-z0-9]([-a-z0-9]*[a-z0-9])?$', 'a-b', '-'],
    ['^[\\w\\-.]+$', 'a-b.c', 'a b'],
    ['(?i)^abc$', 'ABC', 'x'],
    ['^[[:alpha:]_]+$', 'a_', '1'],
    ['\\Aab\\z', 'ab', 'abc'],
    ['^(?P<x>a|b)$', 'a', 'c'],
    ['a{', 'a{', 'b'],
    ['^\\pL+$', 'é', '1'],
    ['^\\p{Greek}$', 'α', 'a'],
    ['^[^\\s]+$', 'ab', 'a b'],
    ['^.$', '😀', '\n'],
    ['\\Q.*\\E', 'x.*', 'x'],
    ['^[]a]$', ']', 'b'],
    ['^[\\]\\[a]$', '[', 'b'],
    ['^\\x{41}$', 'A', 'B'],
    ['^\\-\\_\\@$', '-_@', 'x'],
    ['^/[^/]+$', '/a', 'a'],
    ['^(?P<x>a)(?P<x>b)$', 'ab', 'a'],
    ['^[[:^alpha:]]$', '1', 'a'],
  ])('%s takes %j but not %j', (source, taken, left) => {
    expect(goPattern(source).test(taken)).toBe(true);
    expect(goPattern(source).test(left)).toBe(false);
  });

  it.each([
    ['(', 'error parsing regexp: missing closing ): `(`'],
    ['(?=x)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    ['(?<!x)', 'error parsing regexp: invalid named capture: `(?<!x)`'],
    ['a\\', 'error parsing regexp: trailing backslash at end of expression: ``'],
    ['a{1001}', 'error parsing regexp: invalid repeat count: `{1001}`'],
    ['a**', 'error parsing regexp: invalid nested repetition operator: `**`'],
    ['[b-a]', 'error parsing regexp: invalid character class range: `b-a`'],
    [')', 'error parsing regexp: unexpected ): `)`'],
    ['\\pX', 'error parsing regexp: invalid character class range: `\\pX`'],
    ['\\1', 'error parsing regexp: invalid escape sequence: `\\1`'],
    ['[a', 'error parsing regexp: missing closing ]: `[a`'],
    ['[[:foo:]]', 'error parsing regexp: invalid character class range: `[:foo:]`'],
    ['*a', 'error parsing regexp: missing argument to repetition operator: `*`'],
  ])('refuses %s', (source, message) => {
    expect(() => goPattern(source)).toThrow(new SyntaxError(message));
  });

  it('takes no exponential time for a pattern that makes others backtrack', () => {
    expect(goPattern('^(a+)+$').test(`${'a'.repeat(100_000)}b`)).toBe(false);
  });

  it.each(['a{1000}'.repeat(51), '((a|b){50}{0,1000}){1}', '(?:[ab]{100}x){500}'])(
    'refuses a program too large to keep, without making it: %.20s',
    (source) => {
      expect(() => goPattern(source)).toThrow(/^error parsing regexp: /);
    },
  );

  it('gives the same program again', () => {
    expect(goPattern('^x{3}$')).toBe(goPattern('^x{3}$'));
  });
});
