import type { ApiRequest, ApiResponse } from '@dormice/client';

/** Programs whose users read the answers themselves get them indented, as upstream does. */
const readers = ['curl', 'Wget', 'Mozilla/5.0'];

function wantsPretty({ query, headers }: ApiRequest): boolean {
  const asked = query.get('pretty');
  if (asked !== null) return asked === '' || asked === '1' || asked === 'true';
  const agent = headers['user-agent'] ?? '';
  return readers.some((reader) => agent.startsWith(reader));
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** ES2026's source text of numbers, which TypeScript's library does not know yet. */
const json = JSON as unknown as {
  parse: (
    text: string,
    reviver: (key: string, value: unknown, context: { source?: string }) => unknown,
  ) => unknown;
  rawJSON: (text: string) => unknown;
};

/** Whole numbers that a double cannot hold keep their digits. */
const keepDigits = (_key: string, value: unknown, { source }: { source?: string }): unknown =>
  typeof value === 'number' && source !== undefined && String(value) !== source
    ? json.rawJSON(source)
    : value;

/** Indents a JSON answer when `pretty=true` asks for it, or the client is a browser or curl. */
export function prettied(request: ApiRequest, response: ApiResponse): ApiResponse {
  const { body, headers } = response;
  if (!(body instanceof Uint8Array) || headers['content-type'] !== 'application/json') {
    return response;
  }
  if (!wantsPretty(request)) return response;
  const value = json.parse(decoder.decode(body), keepDigits);
  return { ...response, body: encoder.encode(JSON.stringify(value, null, 2)) };
}
