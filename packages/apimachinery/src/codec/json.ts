import { jsonDuplicates } from './json-duplicates.ts';

export interface ParsedJson {
  value: unknown;
  /** Paths of fields that stand twice in one object; the last one counts. */
  duplicates: string[];
}

const decoder = new TextDecoder('utf-8', { fatal: false });
const encoder = new TextEncoder();

/**
 * Parses a body. Duplicate fields are looked for only when `strict`, because that needs a scan of its own.
 *
 * @throws SyntaxError when it is no JSON.
 */
export function parseJson(text: string | Uint8Array, strict = false): ParsedJson {
  const source = typeof text === 'string' ? text : decoder.decode(text);
  const value: unknown = JSON.parse(source);
  return { value, duplicates: strict ? jsonDuplicates(source) : [] };
}

export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}
