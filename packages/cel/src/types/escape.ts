import { reserved } from '../syntax/reserved.ts';

const keywords = new Set([...reserved, 'true', 'false', 'null', 'in']);

const escapes: Record<string, string> = {
  __: '__underscores__',
  '.': '__dot__',
  '-': '__dash__',
  '/': '__slash__',
};

const accessible = /^[a-zA-Z_.\-/][a-zA-Z0-9_.\-/]*$/;

/** The name by which expressions call a field; nothing when they cannot. */
export function escapeField(name: string): string | undefined {
  if (keywords.has(name)) return `__${name}__`;
  if (!accessible.test(name)) return undefined;
  return name.replaceAll(/__|[.\-/]/g, (part) => escapes[part] ?? part);
}

const unescapes = new Map(Object.entries(escapes).map(([plain, escaped]) => [escaped, plain]));

/** The field that an escaped name stands for; a name without escapes stands for itself. */
export function unescapeField(name: string): string {
  const word = /^__([a-z]+)__$/.exec(name)?.[1];
  if (word !== undefined && keywords.has(word)) return word;
  return name.replaceAll(
    /__(?:underscores|dot|dash|slash)__/g,
    (part) => unescapes.get(part) ?? part,
  );
}
