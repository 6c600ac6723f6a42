import { describe, expect, it } from 'vitest';
import { parseYaml, parseYamlDocuments } from './yaml.ts';

describe('parseYaml', () => {
  // What a kube-apiserver 1.35 stored in a field that takes anything.
  it.each<readonly [string, unknown]>([
    ['a: yes', true],
    ['a: Off', false],
    ['a: y', true],
    ['a: ~', null],
    ['a: Null', null],
    ['a: 0x10', 16],
    ['a: 0o17', 15],
    ['a: 017', 15],
    ['a: 09', 9],
    ['a: 1_000', 1000],
    ['a: 0b11', 3],
    ['a: 1e3', 1000],
    ['a: 1.', 1],
    ['a: +1', 1],
    ['a: 1e400', '1e400'],
    ['a: 2001-01-01', '2001-01-01'],
    ['a: 2001-01-01T00:00:00Z', '2001-01-01T00:00:00Z'],
    ['a: 12:30', '12:30'],
    ['a: !!str 5', '5'],
    ['a: |\n  x\n  y\n', 'x\ny\n'],
  ])('reads %j', (text, value) => {
    expect(parseYaml(text)).toEqual({ a: value });
  });

  it('resolves aliases and merge keys', () => {
    expect(parseYaml('a: &x {b: 1}\nc:\n  <<: *x\n  d: 2')).toEqual({
      a: { b: 1 },
      c: { b: 1, d: 2 },
    });
  });

  it('reads JSON', () => {
    expect(parseYaml('{"a": [1, true, null]}')).toEqual({ a: [1, true, null] });
  });

  it('refuses numbers that JSON has not', () => {
    expect(() => parseYaml('a: .inf')).toThrow('json: unsupported value: +Inf');
    expect(() => parseYaml('a: .nan')).toThrow('json: unsupported value: NaN');
  });

  it('lets the last of two equal keys count, or refuses them when strict', () => {
    expect(parseYaml('a: 1\na: 2')).toEqual({ a: 2 });
    expect(() => parseYaml('a: 1\na: 2', true)).toThrow(/duplicated mapping key/);
  });

  it('refuses a document that aliases make enormous', () => {
    let text = 'a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n';
    for (let at = 1; at < 9; at += 1) {
      text += `a${at}: &a${at} [${Array.from({ length: 10 }, () => `*a${at - 1}`).join()}]\n`;
    }
    expect(() => parseYaml(text)).toThrow('yaml: document contains excessive aliasing');
  });

  it('refuses nesting without end', () => {
    expect(() => parseYaml('['.repeat(50_000))).toThrow(/nesting/);
  });
});

describe('parseYamlDocuments', () => {
  it('leaves empty documents out', () => {
    expect(parseYamlDocuments('a: 1\n---\n---\n# nothing\n---\nb: 2\n')).toEqual([
      { a: 1 },
      { b: 2 },
    ]);
  });
});
