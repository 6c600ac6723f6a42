import { maxDepth } from './json-scan.ts';

/**
 * What Go's decoder says of a text that is no JSON: `invalid character '}' looking for beginning of value`. Slow, and
 * used only when `JSON.parse` has refused the text; `undefined` when nothing is wrong with it.
 */
export function jsonSyntaxError(text: string): string | undefined {
  const scanner = new Scanner(text);
  try {
    scanner.document();
    return undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return error.message;
    throw error;
  }
}

const escapes: Record<string, string> = {
  "'": "\\'",
  '"': '"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\\': '\\\\',
};

function quoted(letter: string): string {
  const code = letter.codePointAt(0) ?? 0;
  const plain = code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : letter;
  return `'${escapes[letter] ?? plain}'`;
}

class Scanner {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): void {
    this.#value(0, 'looking for beginning of value');
    this.#space();
    if (this.#at < this.#text.length) this.#fail('after top-level value');
  }

  #peek(): string | undefined {
    return this.#text[this.#at];
  }

  #space(): void {
    while (/[ \t\r\n]/.test(this.#peek() ?? '')) this.#at += 1;
  }

  #fail(context: string): never {
    if (this.#at >= this.#text.length) throw new SyntaxError('unexpected end of JSON input');
    const letter = String.fromCodePoint(this.#text.codePointAt(this.#at) ?? 0);
    throw new SyntaxError(`invalid character ${quoted(letter)} ${context}`);
  }

  #take(pattern: RegExp, context: string): void {
    if (!pattern.test(this.#peek() ?? '')) this.#fail(context);
    this.#at += 1;
  }

  #value(depth: number, context: string): void {
    this.#space();
    const letter = this.#peek() ?? '';
    if (letter === '{' || letter === '[') {
      if (depth >= maxDepth) this.#fail('exceeded max depth');
      this.#at += 1;
      this.#space();
      if (letter === '{') this.#members(depth + 1);
      else this.#elements(depth + 1);
    } else if (letter === '"') this.#string();
    else if (/[-0-9]/.test(letter)) this.#number();
    else if (letter === 't') this.#literal('true');
    else if (letter === 'f') this.#literal('false');
    else if (letter === 'n') this.#literal('null');
    else this.#fail(context);
  }

  #members(depth: number): void {
    if (this.#peek() === '}') {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#space();
      if (this.#peek() !== '"') this.#fail('looking for beginning of object key string');
      this.#string();
      this.#space();
      this.#take(/:/, 'after object key');
      this.#value(depth, 'looking for beginning of value');
      this.#space();
      const last = this.#peek() === '}';
      this.#take(/[,}]/, 'after object key:value pair');
      if (last) return;
    }
  }

  #elements(depth: number): void {
    if (this.#peek() === ']') {
      this.#at += 1;
      return;
    }
    for (;;) {
      this.#value(depth, 'looking for beginning of value');
      this.#space();
      const last = this.#peek() === ']';
      this.#take(/[,\]]/, 'after array element');
      if (last) return;
    }
  }

  #string(): void {
    this.#at += 1;
    for (;;) {
      const letter = this.#peek();
      if (letter === undefined || letter < ' ') this.#fail('in string literal');
      this.#at += 1;
      if (letter === '"') return;
      if (letter !== '\\') continue;
      const unicode = this.#peek() === 'u';
      this.#take(/["\\/bfnrtu]/, 'in string escape code');
      for (let digits = 0; unicode && digits < 4; digits += 1) {
        this.#take(/[0-9a-fA-F]/, 'in \\u hexadecimal character escape');
      }
    }
  }

  #number(): void {
    if (this.#peek() === '-') this.#at += 1;
    if (this.#peek() === '0') this.#at += 1;
    else this.#digits('in numeric literal');
    if (this.#peek() === '.') {
      this.#at += 1;
      this.#digits('after decimal point in numeric literal');
    }
    if (/[eE]/.test(this.#peek() ?? '')) {
      this.#at += 1;
      if (/[-+]/.test(this.#peek() ?? '')) this.#at += 1;
      this.#digits('in exponent of numeric literal');
    }
  }

  #digits(context: string): void {
    this.#take(/\d/, context);
    while (/\d/.test(this.#peek() ?? '')) this.#at += 1;
  }

  #literal(word: string): void {
    for (const letter of word) {
      if (this.#peek() !== letter) this.#fail(`in literal ${word} (expecting '${letter}')`);
      this.#at += 1;
    }
  }
}
