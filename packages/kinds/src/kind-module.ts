import type { KubeObject } from '@dormice/apimachinery';
import type { Kind } from './kind.ts';

/** How the cell of a column is made; times that go on are `Elapsed`. */
export type Cell = (object: KubeObject) => unknown;

/**
 * What a kind does beyond its structure. Names, scope, verbs, schema and column definitions come from the generated
 * table; a module adds cells for the columns (keyed by the column's name) and behaviour.
 */
export interface KindModule
  extends Partial<
    Omit<Kind, 'columns' | 'schema' | 'verbs' | 'group' | 'version' | 'kind' | 'resource'>
  > {
  group: string;
  /** Absent: all versions of the resource. */
  version?: string;
  /** Plural. */
  resource: string;
  /** Cells by column name. `Name`, `Age` and `Created At` have usual ones. */
  cells?: Readonly<Record<string, Cell>>;
}

/** Declares the module of a kind. */
export function kind(module: KindModule): KindModule {
  return module;
}
