/** A level of nesting while scanning. */
interface Level {
  path: string;
  /** Fields seen; absent for arrays. */
  keys?: Set<string>;
  key: string;
  index: number;
}

/**
 * Paths (`metadata.name`, `spec.containers[0].image`) of fields that stand twice in one object. The text must be valid
 * JSON: only strings and brackets are looked at, values are not parsed.
 */
export function jsonDuplicates(text: string): string[] {
  const found: string[] = [];
  const levels: Level[] = [];
  const open = (object: boolean): void => {
    const parent = levels.at(-1);
    const path = parent === undefined ? '' : pathIn(parent);
    levels.push({ path, key: '', index: 0, ...(object ? { keys: new Set<string>() } : {}) });
  };
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x7b:
        open(true);
        break;
      case 0x5b:
        open(false);
        break;
      case 0x7d:
      case 0x5d:
        levels.pop();
        break;
      case 0x2c: {
        const level = levels.at(-1);
        if (level) level.index += 1;
        break;
      }
      case 0x22: {
        const end = endOfString(text, at);
        const level = levels.at(-1);
        if (level?.keys && isKey(text, end)) {
          level.key = JSON.parse(text.slice(at, end)) as string;
          if (level.keys.has(level.key)) found.push(pathIn(level));
          level.keys.add(level.key);
        }
        at = end - 1;
        break;
      }
    }
  }
  return [...new Set(found)];
}

function pathIn(level: Level): string {
  if (!level.keys) return `${level.path}[${level.index}]`;
  return level.path === '' ? level.key : `${level.path}.${level.key}`;
}

/** Position after the closing quote. */
function endOfString(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text.charCodeAt(at) !== 0x22) {
    at += text.charCodeAt(at) === 0x5c ? 2 : 1;
  }
  return at + 1;
}

function isKey(text: string, end: number): boolean {
  let at = end;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  return text.charCodeAt(at) === 0x3a;
}
