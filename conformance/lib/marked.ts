/** The document with `text` in the place of what stood between `<!-- NAME -->` and the `<!-- end -->` after it. */
export function replaceMarked(document: string, name: string, text: string): string {
  const begin = `<!-- ${name} -->`;
  const at = document.indexOf(begin);
  const end = document.indexOf('<!-- end -->', at);
  if (at < 0 || end < 0) throw new Error(`the document has no place for ${name}`);
  return `${document.slice(0, at)}${begin}\n\n${text.trim()}\n\n${document.slice(end)}`;
}

export function markdownTable(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
