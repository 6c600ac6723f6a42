import { expect, it } from 'vitest';
import { prettied } from './pretty.ts';

const ask = (query: string, agent: string, text: string) =>
  new TextDecoder().decode(
    prettied(
      {
        method: 'GET',
        path: '/',
        query: new URLSearchParams(query),
        headers: { 'user-agent': agent },
      },
      {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: new TextEncoder().encode(text),
      },
    ).body as Uint8Array,
  );

it('indents for those who read it themselves', () => {
  expect(ask('', 'kubectl/v1.35', '{"a":1}')).toBe('{"a":1}');
  expect(ask('', 'curl/8', '{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(ask('pretty=1', 'kubectl/v1.35', '{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(ask('pretty=false', 'curl/8', '{"a":1}')).toBe('{"a":1}');
});

it('keeps every digit', () => {
  expect(ask('', 'curl/8', '{"a":9223372036854775807}')).toBe('{\n  "a": 9223372036854775807\n}');
});
