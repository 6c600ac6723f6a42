import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeJson, parseJson } from './json.ts';
import { unrecognizedBody } from './unrecognized-body.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe('parseJson', () => {
  it('reads text and bytes', () => {
    expect(parseJson('{"a":[1,"é"]}').value).toEqual({ a: [1, 'é'] });
    expect(parseJson(bytes('{"a":[1,"é"]}')).value).toEqual({ a: [1, 'é'] });
  });

  // Go's words, as a kube-apiserver 1.35 gives them.
  it.each([
    ['', 'unexpected end of JSON input'],
    ['{"a":{"b":"c"}', 'unexpected end of JSON input'],
    ['{"a":1}x', "invalid character 'x' after top-level value"],
    ['{"a":"v1",}', "invalid character '}' looking for beginning of object key string"],
    ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
    ['{"a" 1}', "invalid character '1' after object key"],
    ['{"a":1 "b"}', "invalid character '\"' after object key:value pair"],
    ['[1 2]', "invalid character '2' after array element"],
    ['[1,]', "invalid character ']' looking for beginning of value"],
    ['{"a":nil}', "invalid character 'i' in literal null (expecting 'u')"],
    ['{"a":-x}', "invalid character 'x' in numeric literal"],
    ['{"a":01}', "invalid character '1' after object key:value pair"],
    ['{"a":1.x}', "invalid character 'x' after decimal point in numeric literal"],
    ['"\\q"', "invalid character 'q' in string escape code"],
    ['"a\nb"', "invalid character '\\n' in string literal"],
  ])('refuses %j', (text, message) => {
    expect(() => parseJson(text)).toThrow(new SyntaxError(message));
  });

  it('finds fields that stand twice, with their paths, when strict', () => {
    const text =
      '{"kind":"Pod","kind":"Pod","metadata":{"name":"p","name":"q","labels":{"a":"b","a":"c"}},' +
      '"spec":{"containers":[{"name":"x"},{"name":"c","na\\u006de":"d"}]}}';
    expect(parseJson(text, true).duplicates).toEqual([
      'kind',
      'metadata.name',
      'metadata.labels.a',
      'spec.containers[1].name',
    ]);
    expect(parseJson(text).duplicates).toEqual([]);
  });

  it('is not misled by brackets and quotes in strings', () => {
    expect(parseJson('{"a":"{\\"a\\":[","b":"]}"}', true).duplicates).toEqual([]);
  });

  it('keeps every 64-bit integer, and writes it as it was', () => {
    const text = '{"spec":{"x":[1,9007199254740993,-9223372036854775808]}}';
    const { value } = parseJson(text, true);
    expect(value).toEqual({ spec: { x: [1, 9007199254740993n, -9223372036854775808n] } });
    expect(new TextDecoder().decode(encodeJson(value))).toBe(text);
  });

  it('reads larger numbers as doubles, as Go does', () => {
    expect(parseJson('{"x":9223372036854775808,"y":1.0000000000000001}').value).toEqual({
      x: 2 ** 63,
      y: 1,
    });
  });

  it('refuses nesting that no object has', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    expect(() => parseJson(deep, true)).toThrow("invalid character '[' exceeded max depth");
  });

  it('reads back what encodeJson wrote, without duplicates', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
        const safe: unknown = JSON.parse(JSON.stringify(value));
        const text = JSON.stringify(safe);
        fc.pre(!/\d{16}/.test(text));
        expect(parseJson(encodeJson(safe), true)).toEqual({ value: safe, duplicates: [] });
      }),
    );
  });
});

describe('unrecognizedBody', () => {
  it('shows the beginning of what looks like JSON', () => {
    const text = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"}';
    const error = unrecognizedBody(
      'Pod',
      bytes(text),
      'json',
      new SyntaxError('unexpected end of JSON input'),
    );
    expect(error.code).toBe(400);
    expect(error.message).toBe(
      `the object provided is unrecognized (must be of type Pod): couldn't get version/kind; json parse error: unexpected end of JSON input ({"apiVersion":"v1","kind":"Pod ...)`,
    );
  });

  it('shows bytes of anything else, and nothing as <empty>', () => {
    expect(unrecognizedBody('Pod', bytes('[]'), 'json', 'x').message).toMatch(/\(5b5d\)$/);
    expect(unrecognizedBody('Pod', bytes(''), 'json', 'x').message).toMatch(/\(<empty>\)$/);
  });
});
