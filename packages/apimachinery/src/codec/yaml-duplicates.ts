import { isMap, LineCounter, parseDocument, visit } from 'yaml';

/** A key that stands twice in one map, in the words of Go's YAML decoder. */
export function yamlDuplicates(text: string): string[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: false });
  const found: { at: number; text: string }[] = [];
  visit(document, {
    Map(_key, map) {
      if (!isMap(map)) return;
      const seen = new Set<unknown>();
      for (const { key } of map.items) {
        const node = key as { value?: unknown; range?: [number, number, number] };
        if (seen.has(node.value)) {
          const at = node.range?.[0] ?? 0;
          const { line } = lines.linePos(at);
          found.push({
            at,
            text: `line ${line}: key ${JSON.stringify(node.value)} already set in map`,
          });
        }
        seen.add(node.value);
      }
    },
  });
  return found.sort((a, b) => a.at - b.at).map(({ text: told }) => told);
}
