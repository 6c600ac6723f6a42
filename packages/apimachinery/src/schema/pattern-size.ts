/** What one repetition, class or literal begins with; everything else is one character. */
const token =
  /\\Q[\s\S]*?(?:\\E|$)|\\[pP]\{[^}]*\}|\\x\{[^}]*\}|\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]|\{(\d{1,4})(,?)(\d{0,4})\}|[\s\S]/g;

/**
 * How many instructions a pattern compiles to, estimated from its text without compiling it: a repetition `x{n,m}` is
 * written out. Linear in the pattern's length, and never much less than what it becomes.
 */
export function patternSize(source: string): number {
  /** Size of what came before the last atom, and of the last atom, for each open group. */
  const groups: { before: number; last: number }[] = [{ before: 0, last: 0 }];
  for (const [text, least = '', comma, most = ''] of source.matchAll(token)) {
    const group = groups.at(-1) ?? { before: 0, last: 0 };
    if (least !== '') {
      group.last *= Math.max(1, Number(least) + (comma === '' ? 0 : 1), Number(most));
    } else if (text === '(') {
      groups.push({ before: 0, last: 0 });
    } else if (text === ')' && groups.length > 1) {
      groups.pop();
      append(groups, group.before + group.last + 2);
    } else {
      append(groups, text.startsWith('\\Q') ? text.length : 1);
    }
  }
  return groups.reduce((sum, { before, last }) => sum + before + last, 2);
}

function append(groups: { before: number; last: number }[], size: number): void {
  const group = groups.at(-1);
  if (!group) return;
  group.before += group.last;
  group.last = size;
}
