import { parseExact } from './exact-numbers.ts';
import { checkDepth, scanJson } from './json-scan.ts';
import { jsonSyntaxError } from './json-syntax.ts';

export interface ParsedJson {
  value: unknown;
  /** Paths of fields that stand twice in one object; the last one counts. */
  duplicates: string[];
}

const decoder = new TextDecoder('utf-8', { fatal: false });
const encoder = new TextEncoder();

/**
 * Parses JSON. What comes from outside is read `strict`: a second look at the text finds duplicate fields, and refuses
 * nesting that no object has. Without it: what we wrote ourselves.
 *
 * @throws SyntaxError with the words of Go's decoder
 */
export function parseJson(text: string | Uint8Array, strict = false): ParsedJson {
  const source = typeof text === 'string' ? text : decoder.decode(text);
  let value: unknown;
  try {
    value = parseExact(source);
  } catch (error) {
    throw new SyntaxError(jsonSyntaxError(source) ?? String(error), { cause: error });
  }
  if (!strict) checkDepth(source);
  return { value, duplicates: strict ? scanJson(source) : [] };
}

export function encodeJson(value: unknown): Uint8Array {
  return encoder.encode(JSON.stringify(value));
}
