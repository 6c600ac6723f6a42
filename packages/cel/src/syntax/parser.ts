import type { Expr, Literal } from './ast.ts';
import { type Token, tokenize } from './lexer.ts';
import { expandMacro } from './macros.ts';
import { reserved } from './reserved.ts';
import { CelSyntaxError } from './source.ts';

/** Expressions in expressions; cel-go's limit. */
const maxDepth = 250;

const relations = ['<', '<=', '>=', '>', '==', '!='];

/** Reads an expression; macros are expanded. @throws CelSyntaxError */
export function parse(source: string): Expr {
  return new Parser(source).whole();
}

class Parser {
  readonly #tokens: Token[];
  #next = 0;
  #depth = 0;

  constructor(source: string) {
    this.#tokens = tokenize(source);
  }

  whole(): Expr {
    const expr = this.#expr();
    if (this.#peek().type !== 'end') throw this.#unexpected();
    return expr;
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { type: 'end', at: 0 };
  }

  #take(): Token {
    const token = this.#peek();
    this.#next += 1;
    return token;
  }

  #is(...ops: string[]): boolean {
    const token = this.#peek();
    return token.type === 'op' && ops.includes(token.text);
  }

  #accept(op: string): boolean {
    if (!this.#is(op)) return false;
    this.#next += 1;
    return true;
  }

  #expect(op: string): void {
    if (!this.#accept(op)) throw this.#unexpected(`expecting '${op}'`);
  }

  #unexpected(expecting = ''): CelSyntaxError {
    const token = this.#peek();
    const shown =
      token.type === 'end'
        ? '<EOF>'
        : token.type === 'string'
          ? JSON.stringify(token.value)
          : token.type === 'bytes'
            ? 'b""'
            : token.text;
    const text =
      expecting === ''
        ? `Syntax error: mismatched input '${shown}' expecting <EOF>`
        : `Syntax error: mismatched input '${shown}' ${expecting}`;
    return new CelSyntaxError(text, token.at);
  }

  #nested<T>(read: () => T): T {
    this.#depth += 1;
    if (this.#depth > maxDepth) {
      const { at } = this.#peek();
      throw new CelSyntaxError(`expression recursion limit exceeded: ${maxDepth}`, at);
    }
    try {
      return read();
    } finally {
      this.#depth -= 1;
    }
  }

  #expr(): Expr {
    return this.#nested(() => {
      const condition = this.#or();
      const { at } = this.#peek();
      if (!this.#accept('?')) return condition;
      const yes = this.#or();
      this.#expect(':');
      const no = this.#expr();
      return call('_?_:_', at, condition, yes, no);
    });
  }

  #or(): Expr {
    let left = this.#and();
    for (;;) {
      const { at } = this.#peek();
      if (!this.#accept('||')) return left;
      left = call('_||_', at, left, this.#and());
    }
  }

  #and(): Expr {
    let left = this.#relation();
    for (;;) {
      const { at } = this.#peek();
      if (!this.#accept('&&')) return left;
      left = call('_&&_', at, left, this.#relation());
    }
  }

  #relation(): Expr {
    let left = this.#sum();
    for (;;) {
      const token = this.#peek();
      if (token.type === 'op' && relations.includes(token.text)) {
        this.#next += 1;
        left = call(`_${token.text}_`, token.at, left, this.#sum());
      } else if (token.type === 'name' && token.text === 'in') {
        this.#next += 1;
        left = call('@in', token.at, left, this.#sum());
      } else return left;
    }
  }

  #sum(): Expr {
    let left = this.#product();
    for (;;) {
      const token = this.#peek();
      if (token.type !== 'op' || (token.text !== '+' && token.text !== '-')) return left;
      this.#next += 1;
      left = call(`_${token.text}_`, token.at, left, this.#product());
    }
  }

  #product(): Expr {
    let left = this.#unary();
    for (;;) {
      const token = this.#peek();
      if (token.type !== 'op' || !['*', '/', '%'].includes(token.text)) return left;
      this.#next += 1;
      left = call(`_${token.text}_`, token.at, left, this.#unary());
    }
  }

  #unary(): Expr {
    const { at } = this.#peek();
    if (this.#accept('!')) {
      return this.#nested(() => call('!_', at, this.#unary()));
    }
    if (this.#is('-')) {
      this.#next += 1;
      const following = this.#peek();
      // A minus before digits belongs to the number: the smallest one has no positive.
      if (following.type === 'int') {
        this.#next += 1;
        return this.#members(literal(at, intLiteral(`-${following.text}`, at)));
      }
      if (following.type === 'double') {
        this.#next += 1;
        return this.#members(literal(at, { type: 'double', value: -Number(following.text) }));
      }
      return this.#nested(() => call('-_', at, this.#unary()));
    }
    return this.#members(this.#primary());
  }

  #members(first: Expr): Expr {
    let operand = first;
    for (;;) {
      const { at } = this.#peek();
      if (this.#accept('.') || this.#is('.?')) {
        const optional = this.#accept('.?');
        const field = this.#take();
        if (field.type !== 'name' && field.type !== 'escaped') {
          this.#next -= 1;
          throw this.#unexpected('expecting IDENTIFIER');
        }
        if (!optional && field.type === 'name' && this.#is('(')) {
          const open = this.#peek().at;
          this.#next += 1;
          operand = this.#macro(field.text, operand, this.#arguments(')'), open);
        } else {
          operand = { kind: 'select', operand, field: field.text, test: false, optional, at };
        }
      } else if (this.#is('[', '[?')) {
        const optional = this.#accept('[?');
        if (!optional) this.#next += 1;
        const index = this.#expr();
        this.#expect(']');
        operand = call(optional ? '_[?_]' : '_[_]', at, operand, index);
      } else if (this.#is('{') && structName(operand) !== undefined) {
        this.#next += 1;
        operand = this.#struct(structName(operand) ?? '', at);
      } else return operand;
    }
  }

  #primary(): Expr {
    const token = this.#take();
    const { at } = token;
    switch (token.type) {
      case 'int':
        return literal(at, intLiteral(token.text, at));
      case 'uint':
        return literal(at, uintLiteral(token.text, at));
      case 'double':
        return literal(at, { type: 'double', value: Number(token.text) });
      case 'string':
        return literal(at, { type: 'string', value: token.value });
      case 'bytes':
        return literal(at, { type: 'bytes', value: token.value });
      case 'name':
        return this.#word(token.text, at);
      case 'op':
        if (token.text === '(') {
          const inner = this.#expr();
          this.#expect(')');
          return inner;
        }
        if (token.text === '[') return this.#list(at, false);
        if (token.text === '[?') return this.#list(at, true);
        if (token.text === '{') return this.#map(at, false);
        if (token.text === '{?') return this.#map(at, true);
        if (token.text === '.') {
          const name = this.#take();
          if (name.type === 'name') return this.#word(name.text, at);
        }
        break;
      default:
    }
    this.#next -= 1;
    const rest =
      "expecting {'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}";
    throw this.#unexpected(rest);
  }

  #word(name: string, at: number): Expr {
    if (name === 'true' || name === 'false') {
      return literal(at, { type: 'bool', value: name === 'true' });
    }
    if (name === 'null') return literal(at, { type: 'null' });
    if (reserved.has(name)) throw new CelSyntaxError(`reserved identifier: ${name}`, at);
    if (this.#is('(')) {
      const open = this.#peek().at;
      this.#next += 1;
      return this.#macro(name, undefined, this.#arguments(')'), open);
    }
    return { kind: 'ident', name, at };
  }

  #macro(name: string, target: Expr | undefined, args: Expr[], at: number): Expr {
    return expandMacro(name, target, args, at) ?? { kind: 'call', name, target, args, at };
  }

  #arguments(close: string): Expr[] {
    const args: Expr[] = [];
    if (this.#accept(close)) return args;
    do args.push(this.#expr());
    while (this.#accept(','));
    this.#expect(close);
    return args;
  }

  #list(at: number, firstOptional: boolean): Expr {
    const items: { value: Expr; optional: boolean }[] = [];
    let optional = firstOptional;
    while (!this.#is(']')) {
      if (this.#accept('?')) optional = true;
      items.push({ value: this.#expr(), optional });
      optional = false;
      if (!this.#accept(',')) break;
    }
    this.#expect(']');
    return { kind: 'list', items, at };
  }

  #map(at: number, firstOptional: boolean): Expr {
    const entries: { key: Expr; value: Expr; optional: boolean }[] = [];
    let optional = firstOptional;
    while (!this.#is('}')) {
      if (this.#accept('?')) optional = true;
      const key = this.#expr();
      this.#expect(':');
      entries.push({ key, value: this.#expr(), optional });
      optional = false;
      if (!this.#accept(',')) break;
    }
    this.#expect('}');
    return { kind: 'map', entries, at };
  }

  #struct(name: string, at: number): Expr {
    const fields: Extract<Expr, { kind: 'struct' }>['fields'] = [];
    while (!this.#is('}')) {
      const optional = this.#accept('?');
      const field = this.#take();
      if (field.type !== 'name' && field.type !== 'escaped') {
        this.#next -= 1;
        throw this.#unexpected(
          optional
            ? 'expecting {IDENTIFIER, ESC_IDENTIFIER}'
            : fields.length > 0
              ? "expecting {'}', '?', IDENTIFIER, ESC_IDENTIFIER}"
              : "expecting {'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}",
        );
      }
      const { at: colon } = this.#peek();
      this.#expect(':');
      fields.push({ name: field.text, value: this.#expr(), optional, at: colon });
      if (!this.#accept(',')) break;
    }
    this.#expect('}');
    return { kind: 'struct', name, fields, at };
  }
}

/** `a.b.C` before `{` names a message. */
function structName(expr: Expr): string | undefined {
  if (expr.kind === 'ident') return expr.name;
  if (expr.kind !== 'select' || expr.test || expr.optional) return undefined;
  const prefix = structName(expr.operand);
  return prefix === undefined ? undefined : `${prefix}.${expr.field}`;
}

const literal = (at: number, value: Literal): Expr => ({ kind: 'literal', literal: value, at });

const call = (name: string, at: number, ...args: Expr[]): Expr => ({
  kind: 'call',
  name,
  target: undefined,
  args,
  at,
});

function intLiteral(text: string, at: number): Literal {
  const value = text.startsWith('-') ? -BigInt(text.slice(1)) : BigInt(text);
  if (BigInt.asIntN(64, value) !== value) throw new CelSyntaxError('invalid int literal', at);
  return { type: 'int', value };
}

function uintLiteral(text: string, at: number): Literal {
  const value = BigInt(text);
  if (BigInt.asUintN(64, value) !== value) throw new CelSyntaxError('invalid uint literal', at);
  return { type: 'uint', value };
}
