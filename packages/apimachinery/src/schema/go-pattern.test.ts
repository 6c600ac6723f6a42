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
  ])('%s takes %j but not %j', (source, taken, left) => {
    expect(goPattern(source).test(taken)).toBe(true);
    expect(goPattern(source).test(left)).toBe(false);
  });

  it.each([
    ['(', 'error parsing regexp: missing closing ): `(`'],
    ['(?=x)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`'],
    ['(?<!x)', 'error parsing regexp: invalid or unsupported Perl syntax: `(?<`'],
    ['\\1', 'error parsing regexp: invalid escape sequence: `\\1`'],
    ['[a', 'error parsing regexp: missing closing ]: `[a`'],
    ['[[:foo:]]', 'error parsing regexp: invalid character class range: `[:foo:]`'],
    ['*a', 'error parsing regexp: missing argument to repetition operator: `*a`'],
  ])('refuses %s', (source, message) => {
    expect(() => goPattern(source)).toThrow(new SyntaxError(message));
  });
});
