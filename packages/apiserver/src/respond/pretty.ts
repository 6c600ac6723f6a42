import { parseExact } from '@dormice/apimachinery';
import type { ApiRequest, ApiResponse } from '@dormice/client';

/** Programs whose users read the answers themselves get them indented, as upstream does. */
const readers = ['curl', 'Wget', 'Mozilla/5.0'];

export function wantsPretty({ query, headers }: ApiRequest): boolean {
  const asked = query.get('pretty');
  if (asked !== null) return asked === '' || asked === '1' || asked === 'true';
  const agent = headers['user-agent'] ?? '';
  return readers.some((reader) => agent.startsWith(reader));
}

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** Indents a JSON answer when `pretty=true` asks for it, or the client is a browser or curl. */
export function prettied(request: ApiRequest, response: ApiResponse): ApiResponse {
  const { body, headers } = response;
  if (!(body instanceof Uint8Array) || headers['content-type'] !== 'application/json') {
    return response;
  }
  if (!wantsPretty(request)) return response;
  const value = parseExact(decoder.decode(body));
  return { ...response, body: encoder.encode(JSON.stringify(value, null, 2)) };
}
