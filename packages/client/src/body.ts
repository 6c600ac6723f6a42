import { parseExact } from '@dormice/apimachinery';
import type { ApiResponse } from './transport.ts';

/** The whole body of an answer. */
export async function readBody(body: ApiResponse['body']): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body;
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return pieces.length === 1 ? (pieces[0] as Uint8Array) : Buffer.concat(pieces);
}

const newline = 0x0a;

/** Lines of a stream whose pieces break anywhere; empty lines are left out. */
export async function* linesOf(body: ApiResponse['body']): AsyncIterable<Uint8Array> {
  const pieces = body instanceof Uint8Array ? [body] : body;
  let rest: Uint8Array[] = [];
  for await (const piece of pieces) {
    let start = 0;
    for (let at = piece.indexOf(newline); at >= 0; at = piece.indexOf(newline, start)) {
      const tail = piece.subarray(start, at);
      const line = rest.length === 0 ? tail : Buffer.concat([...rest, tail]);
      rest = [];
      start = at + 1;
      if (line.length > 0) yield line;
    }
    if (start < piece.length) rest.push(piece.subarray(start));
  }
  if (rest.length > 0) yield Buffer.concat(rest);
}

const decoder = new TextDecoder();

export function decodeJson<T>(bytes: Uint8Array): T {
  return parseExact(decoder.decode(bytes)) as T;
}
