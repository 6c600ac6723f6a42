import { isPlainObject } from '@dormice/apimachinery';

/** Where two answers part first: a path and both values. */
export interface Difference {
  path: string;
  upstream: unknown;
  ours: unknown;
}

/**
 * The first difference in a fixed order: status code, then headers, then the body field by field. Of an error's body the
 * causes come before the message, which repeats them.
 */
export function firstDifference(
  upstream: unknown,
  ours: unknown,
  path = '',
): Difference | undefined {
  if (Array.isArray(upstream) && Array.isArray(ours)) {
    for (let at = 0; at < Math.max(upstream.length, ours.length); at += 1) {
      const found = firstDifference(upstream[at], ours[at], `${path}[${at}]`);
      if (found) return found;
    }
    return undefined;
  }
  if (isPlainObject(upstream) && isPlainObject(ours)) {
    for (const name of fieldsOf(upstream, ours)) {
      const found = firstDifference(upstream[name], ours[name], path ? `${path}.${name}` : name);
      if (found) return found;
    }
    return undefined;
  }
  return Object.is(upstream, ours) ? undefined : { path, upstream, ours };
}

const rank = (name: string): number => ['status', 'headers', 'reason', 'details'].indexOf(name);

function fieldsOf(a: object, b: object): string[] {
  const names = [...new Set([...Object.keys(a), ...Object.keys(b)])];
  const place = (name: string) => (rank(name) === -1 ? 99 : rank(name));
  return names.sort((x, y) => place(x) - place(y));
}
