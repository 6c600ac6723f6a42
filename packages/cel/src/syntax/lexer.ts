import { CelSyntaxError } from './source.ts';

export type Token = { at: number } & (
  | { type: 'name'; text: string }
  | { type: 'escaped'; text: string }
  | { type: 'int' | 'uint' | 'double'; text: string }
  | { type: 'string'; value: string }
  | { type: 'bytes'; value: Uint8Array }
  | { type: 'op'; text: string }
  | { type: 'end' }
);

/** Longer ones first. */
const operators = [
  '&&',
  '||',
  '<=',
  '>=',
  '==',
  '!=',
  '[?',
  '{?',
  '.?',
  '+',
  '-',
  '*',
  '/',
  '%',
  '!',
  '<',
  '>',
  '?',
  ':',
  '.',
  ',',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
];

const space = /(?:[ \t\r\n\f]|\/\/[^\n]*)+/y;
const name = /[_a-zA-Z][_a-zA-Z0-9]*/y;
const escapedName = /`([a-zA-Z0-9_.\-/ ]+)`/y;
const number =
  /0x[0-9a-fA-F]+u?|(?:\d+\.\d+(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+|\.\d+(?:[eE][+-]?\d+)?)|\d+[uU]?/y;
const stringStart = /([rR]?[bB]?|[bB]?[rR]?)("""|'''|"|')/y;

/** The tokens of an expression. @throws CelSyntaxError */
export function tokenize(source: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  for (;;) {
    const blank = match(space);
    if (blank) at += blank[0].length;
    if (at >= source.length) break;
    const start = at;
    const quoted = match(stringStart);
    if (quoted) {
      const { token, end } = readString(source, start, quoted);
      tokens.push(token);
      at = end;
      continue;
    }
    const word = match(name);
    if (word) {
      tokens.push({ type: 'name', text: word[0], at });
      at += word[0].length;
      continue;
    }
    const escaped = match(escapedName);
    if (escaped) {
      tokens.push({ type: 'escaped', text: escaped[1] ?? '', at });
      at += escaped[0].length;
      continue;
    }
    const digits = match(number);
    if (digits) {
      tokens.push(numberToken(digits[0], at));
      at += digits[0].length;
      continue;
    }
    const op = operators.find((text) => source.startsWith(text, at));
    if (op === undefined) {
      throw new CelSyntaxError(
        `Syntax error: token recognition error at: '${source[at] ?? ''}'`,
        at,
      );
    }
    tokens.push({ type: 'op', text: op, at });
    at += op.length;
  }
  tokens.push({ type: 'end', at: source.length });
  return tokens;
}

function numberToken(text: string, at: number): Token {
  const lower = text.toLowerCase();
  if (lower.startsWith('0x')) {
    return lower.endsWith('u')
      ? { type: 'uint', text: text.slice(0, -1), at }
      : { type: 'int', text, at };
  }
  if (/[.e]/.test(lower)) return { type: 'double', text, at };
  return lower.endsWith('u')
    ? { type: 'uint', text: text.slice(0, -1), at }
    : { type: 'int', text, at };
}

function readString(
  source: string,
  start: number,
  [all, prefix = '', quote = '']: RegExpExecArray,
): { token: Token; end: number } {
  const raw = /r/i.test(prefix);
  const isBytes = /b/i.test(prefix);
  let at = start + all.length;
  const bytes: number[] = [];
  let text = '';
  const add = (code: number): void => {
    if (isBytes) bytes.push(...new TextEncoder().encode(String.fromCodePoint(code)));
    else text += String.fromCodePoint(code);
  };
  for (;;) {
    if (at >= source.length || (quote.length === 1 && source[at] === '\n')) {
      throw new CelSyntaxError(
        `Syntax error: token recognition error at: '${source.slice(start)}'`,
        start,
      );
    }
    if (source.startsWith(quote, at)) break;
    if (source[at] === '\\' && !raw) {
      const read = readEscape(source, at);
      if (isBytes && read.octet) bytes.push(read.code);
      else add(read.code);
      at = read.end;
      continue;
    }
    const code = source.codePointAt(at) ?? 0;
    add(code);
    at += code > 0xffff ? 2 : 1;
  }
  const end = at + quote.length;
  return isBytes
    ? { token: { type: 'bytes', value: Uint8Array.from(bytes), at: start }, end }
    : { token: { type: 'string', value: text, at: start }, end };
}

const simple: Record<string, number> = {
  a: 7,
  b: 8,
  f: 12,
  n: 10,
  r: 13,
  t: 9,
  v: 11,
  '\\': 92,
  "'": 39,
  '"': 34,
  '`': 96,
  '?': 63,
};
const coded =
  /\\(?:x([0-9a-fA-F]{2})|X([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-3][0-7]{2}))/y;

function readEscape(source: string, at: number): { code: number; end: number; octet: boolean } {
  const plain = simple[source[at + 1] ?? ''];
  if (plain !== undefined) return { code: plain, end: at + 2, octet: false };
  coded.lastIndex = at;
  const match = coded.exec(source);
  if (match) {
    const [all, x, bigX, u, bigU, octal] = match;
    const code =
      octal === undefined ? parseInt(x ?? bigX ?? u ?? bigU ?? '', 16) : parseInt(octal, 8);
    if (code <= 0x10ffff) {
      return { code, end: at + all.length, octet: (x ?? bigX ?? octal) !== undefined };
    }
  }
  throw new CelSyntaxError('Syntax error: unable to unescape string', at);
}
