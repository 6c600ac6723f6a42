/** A value in which every string says `to` instead of `from`, for each pair in turn. */
export function putNamesBack<T>(value: T, pairs: readonly (readonly [string, string])[]): T {
  if (typeof value === 'string') {
    let text: string = value;
    for (const [from, to] of pairs) if (text.includes(from)) text = text.replaceAll(from, to);
    return text as T;
  }
  if (Array.isArray(value)) return value.map((part) => putNamesBack(part, pairs)) as T;
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, putNamesBack(part, pairs)]),
  ) as T;
}
