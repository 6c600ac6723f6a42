import { describe, expect, it } from 'vitest';
import { matchesFields, parseFieldSelector } from './field-selector.ts';

describe('parseFieldSelector', () => {
  it('reads =, == and !=', () => {
    expect(parseFieldSelector('a=b,c==d,metadata.name!=e,')).toEqual([
      { field: 'a', operator: '=', value: 'b' },
      { field: 'c', operator: '=', value: 'd' },
      { field: 'metadata.name', operator: '!=', value: 'e' },
    ]);
    expect(parseFieldSelector(',')).toEqual([]);
  });

  it('undoes escapes', () => {
    expect(parseFieldSelector('a=x\\,y\\=z\\\\')).toEqual([
      { field: 'a', operator: '=', value: 'x,y=z\\' },
    ]);
  });

  // What a kube-apiserver 1.35 answers.
  it.each([
    ['metadata.name', "invalid selector: 'metadata.name'; can't understand 'metadata.name'"],
    ['a=b=c', 'invalid field selector: unescaped character in value: 61'],
    ['a=b\\x', 'invalid field selector: invalid escape sequence: \\x'],
    ['a=b\\', 'invalid field selector: invalid escape sequence: \\'],
  ])('refuses %s', (text, message) => {
    expect(() => parseFieldSelector(text)).toThrow(expect.objectContaining({ code: 400, message }));
  });
});

describe('matchesFields', () => {
  it('needs all requirements', () => {
    const fields: Record<string, string> = { a: 'b', c: 'd' };
    const matches = (text: string): boolean =>
      matchesFields(parseFieldSelector(text), (field) => fields[field] ?? '');
    expect(matches('a=b,c!=x')).toBe(true);
    expect(matches('a=b,c!=d')).toBe(false);
    expect(matches('e=')).toBe(true);
  });
});
