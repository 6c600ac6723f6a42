/** A level of nesting while scanning. */
interface Level {
  path: string;
  /** Fields seen; absent for arrays. */
  keys: Set<string> | undefined;
  key: string;
  index: number;
}

/** Deepest nesting of a body. Upstream stops at 10,000; no object comes near either. */
export const maxDepth = 1000;

/**
 * Valid JSON that is nested too deeply would end the stack of whoever walks through it.
 *
 * @throws SyntaxError for nesting deeper than `maxDepth`
 */
export function checkDepth(text: string): void {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x22) at = endOfString(text, at) - 1;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > maxDepth) {
        throw new SyntaxError(`invalid character '${text[at]}' exceeded max depth`);
      }
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
}

/**
 * Looks through the text of valid JSON for what `JSON.parse` does not tell: paths (`metadata.name`,
 * `spec.containers[0].image`) of fields that stand twice in one object.
 *
 * @throws SyntaxError for nesting deeper than `maxDepth`, and for integers that a double cannot hold exactly
 */
export function scanJson(text: string): string[] {
  const found = new Set<string>();
  const levels: Level[] = [];
  let level: Level | undefined;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    switch (code) {
      case 0x7b:
      case 0x5b: {
        const keys = code === 0x7b ? new Set<string>() : undefined;
        level = { path: level === undefined ? '' : pathIn(level), keys, key: '', index: 0 };
        if (levels.push(level) > maxDepth) {
          throw new SyntaxError(`invalid character '${text[at]}' exceeded max depth`);
        }
        break;
      }
      case 0x7d:
      case 0x5d:
        levels.pop();
        level = levels.at(-1);
        break;
      case 0x2c:
        if (level) level.index += 1;
        break;
      case 0x22: {
        const end = endOfString(text, at);
        if (level?.keys && isKey(text, end)) {
          level.key = keyOf(text.slice(at, end));
          if (level.keys.has(level.key)) found.add(pathIn(level));
          level.keys.add(level.key);
        }
        at = end - 1;
        break;
      }
      default:
        if (code >= 0x30 && code <= 0x39) {
          at = endOfNumber(text, at) - 1;
        }
    }
  }
  return [...found];
}

function pathIn(level: Level): string {
  if (!level.keys) return `${level.path}[${level.index}]`;
  return level.path === '' ? level.key : `${level.path}.${level.key}`;
}

/** Position after the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === 0x22) return at + 1;
    at += code === 0x5c ? 2 : 1;
  }
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (text.charCodeAt(at) <= 0x20) at += 1;
  return text.charCodeAt(at) === 0x3a;
}

function keyOf(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

function endOfNumber(text: string, start: number): number {
  let at = start + 1;
  // Digits, `.`, `e`, `E`, `+` and `-`: the text is valid, so whatever of these follows belongs to the number.
  for (; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    const belongs =
      (code >= 0x30 && code <= 0x39) ||
      code === 0x2e ||
      code === 0x65 ||
      code === 0x45 ||
      code === 0x2b ||
      code === 0x2d;
    if (!belongs) break;
  }
  return at;
}
