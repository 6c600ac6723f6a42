import { CORE_SCHEMA, load, loadAll } from 'js-yaml';

/** One YAML document as JSON would have it. @throws YAMLException */
export function parseYaml(text: string): unknown {
  return load(text, { schema: CORE_SCHEMA });
}

/** All documents of a file, empty ones left out. */
export function parseYamlDocuments(text: string): unknown[] {
  const documents: unknown[] = [];
  loadAll(text, (document) => documents.push(document), { schema: CORE_SCHEMA });
  return documents.filter((document) => document !== null && document !== undefined);
}
