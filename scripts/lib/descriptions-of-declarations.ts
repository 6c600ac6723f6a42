/** By definition: field name → description; the type's own under ''. */
export type Descriptions = Record<string, Record<string, string>>;

const interfaceHead = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export (?:interface I|type I)/;
const documented = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*"((?:[^"\\]|\\.)+)"\??:/g;

/** The descriptions in a TypeScript declaration file of one type. */
export function descriptionsIn(source: string): Record<string, string> {
  const found: Record<string, string> = {};
  const head = interfaceHead.exec(source);
  if (head) found[''] = textOf(head[1] ?? '');
  const end = source.indexOf('export declare class');
  for (const match of source.slice(0, end < 0 ? undefined : end).matchAll(documented)) {
    found[match[2] ?? ''] = textOf(match[1] ?? '');
  }
  return found;
}

/** A comment's text without its stars. */
function textOf(comment: string): string {
  return comment
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim()
    .replaceAll(/\\([*/])/g, '$1');
}
