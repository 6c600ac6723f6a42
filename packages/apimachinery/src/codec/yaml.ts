import { type LoadOptions, load, loadAll } from 'js-yaml';
import { maxDepth } from './json-scan.ts';
import { yamlDuplicates } from './yaml-duplicates.ts';
import { kubernetesYaml } from './yaml-tags.ts';

const lenient: LoadOptions = { schema: kubernetesYaml, json: true };
const strictly: LoadOptions = { schema: kubernetesYaml };

/** Aliases may make a document this many values large, or ten for each character of it. */
const expansionFloor = 100_000;

/**
 * One YAML document as JSON would have it. `strict` refuses keys that stand twice in one map; otherwise the last counts.
 *
 * @throws Error when it is no YAML, nested too deeply, or made enormous by aliases
 */
export function parseYaml(text: string, strict = false): unknown {
  const value = load(text, strict ? strictly : lenient) ?? null;
  checkSize(value, text.length);
  return value;
}

/**
 * The same, with the keys that stand twice told: `line 8: key "foo" already set in map`. The last of them counts.
 */
export function parseYamlTelling(text: string): { value: unknown; duplicates: string[] } {
  try {
    return { value: parseYaml(text, true), duplicates: [] };
  } catch (error) {
    if (!(error instanceof Error) || !error.message.includes('duplicated mapping key')) throw error;
    return { value: parseYaml(text), duplicates: yamlDuplicates(text) };
  }
}

/** All documents of a file, empty ones left out. */
export function parseYamlDocuments(text: string): unknown[] {
  const documents = loadAll(text, strictly);
  for (const document of documents) checkSize(document, text.length);
  return documents.filter((document) => document !== null && document !== undefined);
}

/** A few hundred bytes of aliases to aliases can stand for gigabytes. */
function checkSize(value: unknown, length: number): void {
  let left = Math.max(expansionFloor, length * 10);
  const visit = (item: unknown, depth: number): void => {
    left -= 1;
    if (left < 0) throw new SyntaxError('yaml: document contains excessive aliasing');
    if (typeof item !== 'object' || item === null) return;
    if (depth >= maxDepth) throw new SyntaxError('yaml: exceeded max depth');
    for (const inner of Object.values(item)) visit(inner, depth + 1);
  };
  visit(value, 0);
}
