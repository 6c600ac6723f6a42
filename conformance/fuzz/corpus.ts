import corpus from './corpus.json' with { type: 'json' };
import type { Attack } from './subject.ts';

/** A body as the data file writes it: text, base64, or texts repeated so many times one after the other. */
type Body = string | { base64: string } | { parts: (string | { repeat: string; times: number })[] };

interface Case {
  name: string;
  method: Attack['method'];
  url: string | { parts: (string | { repeat: string; times: number })[] };
  headers?: Record<string, string>;
  body?: Body;
  /** Status that a kube-apiserver answers with. */
  status: number;
}

const written = (parts: (string | { repeat: string; times: number })[]): string =>
  parts.map((part) => (typeof part === 'string' ? part : part.repeat.repeat(part.times))).join('');

function bytesOf(body: Body): Uint8Array {
  if (typeof body === 'string') return Buffer.from(body);
  if ('base64' in body) return Buffer.from(body.base64, 'base64');
  return Buffer.from(written(body.parts));
}

/** Requests that were found to be hard, or are known to be hard for others. */
export const cases: (Attack & { name: string; expected: number })[] = (corpus as Case[]).map(
  ({ name, method, url, headers = {}, body, status }) => ({
    name,
    method,
    url: typeof url === 'string' ? url : written(url.parts),
    headers,
    expected: status,
    ...(body === undefined ? {} : { body: bytesOf(body) }),
  }),
);
