import table from './generated/structure.generated.json' with { type: 'json' };

/** An interned field type of the generated table; short keys as written by `scripts/generate-kinds.ts`. */
export interface RawType {
  /** JSON type. */
  t?: string;
  /** Format. */
  f?: string;
  /** Enum, for documentation only. */
  e?: string[];
  /** List type of server-side apply, and the keys of a map list. */
  l?: string;
  k?: string[];
  /** Map type of server-side apply. */
  m?: string;
  /** Strategic merge patch: key and strategies. */
  p?: string;
  s?: string;
  /** `omitempty`, pointer in Go, protobuf wire type. */
  o?: 1;
  n?: 1;
  w?: string;
  /** Index of the definition that is referred to. */
  r?: number;
  /** Type index of elements, and of map values. */
  i?: number;
  v?: number;
}

/** Type of the object itself, `[field, type index, protobuf number, …]`, required fields. */
export type RawDefinition = [number, (string | number)[], string[]?];

/** One resource: group, version, kind, plural, singular, namespaced, definition, verbs, short names, categories. */
export interface RawResource {
  g: string;
  v: string;
  k: string;
  r: string;
  s: string;
  n: 0 | 1;
  d: number;
  b: number;
  h?: string[];
  c?: string[];
  /** Columns: name, type, format, priority. */
  o?: [string, string, string, number][];
  /** Subresources: name, verbs, and group, version and kind of the body where it is not the parent. */
  u?: ([string, number] | [string, number, string, string, string])[];
}

interface StructureTable {
  version: string;
  groups: [string, ...string[]][];
  packages: string[];
  names: [number, string][];
  types: RawType[];
  definitions: RawDefinition[];
  verbs: string[][];
  resources: RawResource[];
}

/** The generated table, typed. */
export const structureTable = table as unknown as StructureTable;

/** `io.k8s.api.core.v1.PodSpec` of a definition's index. */
export function definitionName(index: number): string {
  const [pack, word] = structureTable.names[index] as [number, string];
  return `${structureTable.packages[pack]}.${word}`;
}
