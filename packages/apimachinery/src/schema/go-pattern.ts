import { RE2JS } from 're2js';
import { patternSize } from './pattern-size.ts';

/** A compiled pattern. */
export interface GoPattern {
  /** Instructions; a search takes at most about this many steps for each character. */
  readonly size: number;
  /** Is there a match anywhere in the text? */
  test(text: string): boolean;
}

/**
 * The longest program, instructions. Go stops at about three million; one instruction weighs a kilobyte here and takes
 * two microseconds to compile, so that this is 50 MB and a tenth of a second.
 */
const largest = 50_000;

/** Instructions that are kept of all programs together: what is oldest goes first. */
const mostKept = 200_000;

const kept = new Map<string, GoPattern>();
let keptSize = 0;

/** What the library says otherwise than Go. */
const goWords: readonly (readonly [RegExp, (source: string) => string])[] = [
  [/trailing backslash at end of expression$/, () => ': ``'],
  [/expression (?:too large|nests too deeply)$/, (source) => `: \`${source}\``],
];

/**
 * A pattern written for Go's regexp (RE2): unanchored, in time linear in the text whatever the pattern. Compiled once as
 * long as it is used.
 *
 * @throws SyntaxError with Go's words where Go would refuse it, or where the program would be too large
 */
export function goPattern(source: string): GoPattern {
  const known = kept.get(source);
  if (known) {
    kept.delete(source);
    kept.set(source, known);
    return known;
  }
  const pattern = compile(source);
  kept.set(source, pattern);
  keptSize += pattern.size;
  for (const [oldest, { size }] of kept) {
    if (keptSize <= mostKept) break;
    kept.delete(oldest);
    keptSize -= size;
  }
  return pattern;
}

function compile(source: string): GoPattern {
  const size = patternSize(source);
  if (size > largest) throw new SyntaxError(tooLarge(source));
  const program = translated(source);
  return { size, test: (text) => program.test(text) };
}

const tooLarge = (source: string): string =>
  `error parsing regexp: expression too large: \`${source}\``;

function translated(source: string): RE2JS {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Go lets two groups have the same name; names mean nothing to a test.
    if (message.includes('duplicate capture group name')) {
      return translated(source.replace(/\(\?P?<\w+>/g, '('));
    }
    const [, more] = goWords.find(([words]) => words.test(message)) ?? [];
    throw new SyntaxError(`${message}${more?.(source) ?? ''}`, { cause: error });
  }
}
