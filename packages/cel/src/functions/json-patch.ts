import { string } from '../types/cel-type.ts';
import { global, type Overload } from './overload.ts';

const escapes: Record<string, string> = { '~': '~0', '/': '~1' };

/** Only for expressions of mutating policies. */
export const jsonPatch: readonly Overload[] = [
  global('jsonpatch.escapeKey', [string], string, ([key]) =>
    String(key).replace(/[~/]/g, (char) => escapes[char] ?? char),
  ),
];
