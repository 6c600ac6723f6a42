const posix: Record<string, string> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** Outside and inside of a class, from Go's spelling to JavaScript's. */
const rules: readonly [RegExp, (match: string[]) => string, ('in' | 'out')?][] = [
  [/\\Q([\s\S]*?)(?:\\E|$)/y, ([, text = '']) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')],
  [/\\([pP])(?:\{(\^?)(\w+)\}|([A-Z]))/y, (match) => unicodeClass(match)],
  [/\\x\{([0-9a-fA-F]+)\}/y, ([, code = '']) => `\\u{${code}}`],
  [
    /\\([0-7]{2,3}|0)/y,
    ([, code = '']) => `\\x${Number.parseInt(code, 8).toString(16).padStart(2, '0')}`,
  ],
  [/\\a/y, () => '\\x07'],
  [/\\A/y, () => '^', 'out'],
  [/\\z/y, () => '$', 'out'],
  [/\\s/y, () => '[\\t\\n\\f\\r ]', 'out'],
  [/\\S/y, () => '[^\\t\\n\\f\\r ]', 'out'],
  [/\\s/y, () => '\\t\\n\\f\\r ', 'in'],
  [/\\([dDwWSfnrtv]|x[0-9a-fA-F]{2}|[\\^$.*+?()[\]{}|/])/y, ([text = '']) => text],
  [/\\[bB]/y, ([text = '']) => text, 'out'],
  [/\\-/y, ([text = '']) => text, 'in'],
  [/\\([^0-9A-Za-z])/y, ([, letter = '']) => letter],
  [/\\[\s\S]?/y, ([text = '']) => refuse(`invalid escape sequence: \`${text}\``)],
  [/\(\?P?<(\w+)>/y, ([, name = '']) => `(?<${name}>`, 'out'],
  [/\(\?(?:[:]|[ims-]+:)/y, ([text = '']) => text, 'out'],
  [/\(\?.?/y, ([text = '']) => refuse(`invalid or unsupported Perl syntax: \`${text}\``), 'out'],
  [/\./y, () => '[^\\n]', 'out'],
  [/\{(?:\d+(?:,\d*)?)\}/y, ([text = '']) => text, 'out'],
  [/[{}\]]/y, ([text = '']) => `\\${text}`, 'out'],
  [/\[:(\^?)(\w+):\]/y, ([, not, name = '']) => posixClass(not ?? '', name), 'in'],
  [/\[/y, () => '\\[', 'in'],
  [/[\s\S]/y, ([text = '']) => text],
];

function refuse(why: string): never {
  throw new SyntaxError(`error parsing regexp: ${why}`);
}

function unicodeClass([, letter = 'p', not, name, short = '']: string[]): string {
  const category = name ?? short;
  const negated = (letter === 'P') !== (not === '^');
  const property = category.length > 2 ? `Script=${category}` : category;
  return `\\${negated ? 'P' : 'p'}{${property}}`;
}

function posixClass(not: string, name: string): string {
  const range = posix[name];
  if (range === undefined || not !== '') {
    return refuse(`invalid character class range: \`[:${not}${name}:]\``);
  }
  return range;
}

/**
 * A pattern of a CRD, written for Go's regexp (RE2), as a JavaScript one that means the same: unanchored, `.` takes all
 * but a line feed, `\z` and POSIX classes work, look-around and back references do not.
 *
 * @throws SyntaxError with Go's words where Go would refuse it
 */
export function goPattern(source: string): RegExp {
  const global = /^\(\?([ims]+)\)/.exec(source);
  let rest = global ? source.slice(global[0].length) : source;
  let text = '';
  while (rest !== '') {
    const set = /^\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]/.exec(rest)?.[0];
    if (set === undefined && rest.startsWith('[')) return refuse(`missing closing ]: \`${rest}\``);
    const taken = set ?? nextOutside(rest);
    text += set === undefined ? translate(taken, 'out') : classOf(set);
    rest = rest.slice(taken.length);
  }
  try {
    return new RegExp(text, `u${global?.[1] ?? ''}`);
  } catch (error) {
    const why = String(error);
    const [, words = why] = goWords.find(([known]) => why.includes(known)) ?? [];
    throw new SyntaxError(`error parsing regexp: ${words}: \`${source}\``, { cause: error });
  }
}

/** What JavaScript complains of, and how Go says it. */
const goWords: readonly (readonly [string, string])[] = [
  ['Unterminated group', 'missing closing )'],
  ['Unmatched', 'unexpected )'],
  ['Nothing to repeat', 'missing argument to repetition operator'],
  ['out of order', 'invalid character class range'],
];

/** All up to the next class. */
function nextOutside(text: string): string {
  return /^(?:\\Q[\s\S]*?(?:\\E|$)|\\[\s\S]?|[^[\\])+/.exec(text)?.[0] ?? text;
}

function classOf(set: string): string {
  const [, open = '', first = '', body = ''] = /^(\[\^?)(\]?)([\s\S]*)\]$/.exec(set) ?? [];
  return `${open}${first === '' ? '' : '\\]'}${translate(body, 'in')}]`;
}

function translate(text: string, where: 'in' | 'out'): string {
  let result = '';
  let at = 0;
  while (at < text.length) {
    for (const [pattern, write, only] of rules) {
      if (only !== undefined && only !== where) continue;
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (!match) continue;
      result += write(match);
      at = pattern.lastIndex;
      break;
    }
  }
  return result;
}
