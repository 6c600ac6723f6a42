import { errors, type KubeObject } from '@dormice/apimachinery';
import { type Column, type Kind, showCell } from '@dormice/kinds';
import type { ServerContext } from '../context.ts';

/** How much of each object a row carries. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export function includeObjectOf(query: URLSearchParams): IncludeObject {
  const value = query.get('includeObject');
  if (value === null || value === '') return 'Metadata';
  if (value === 'None' || value === 'Object' || value === 'Metadata') return value;
  throw errors.badRequest(
    `Unable to convert to Table as requested: includeObject: Invalid value: ${JSON.stringify(value)}: must be 'Metadata', 'Object', 'None', or empty`,
  );
}

const definitionOf = ({ name, type, format, description, priority }: Column) => ({
  name,
  type,
  format,
  description,
  priority,
});

/** The part of an object that lists of names need. */
export function partialMetadata(object: KubeObject, version = 'v1') {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: object.metadata,
  };
}

export interface TableOptions {
  include: IncludeObject;
  version: string;
  /** Of the list, or of the object. */
  metadata: object;
  /** Watch frames after the first carry no column definitions. */
  withoutColumns?: boolean;
}

/** `kubectl get`'s table: `meta.k8s.io` Table. */
export function tableOf(
  context: Pick<ServerContext, 'now'>,
  kind: Kind,
  objects: readonly KubeObject[],
  options: TableOptions,
) {
  const now = context.now();
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${options.version}`,
    metadata: options.metadata,
    columnDefinitions: options.withoutColumns ? null : kind.columns.map(definitionOf),
    rows: objects.map((object) => ({
      cells: kind.columns.map(({ cell }) => showCell(cell(object), now)),
      ...rowObject(object, options),
    })),
  };
}

function rowObject(object: KubeObject, { include, version }: TableOptions): { object?: unknown } {
  if (include === 'None') return { object: null };
  return { object: include === 'Object' ? object : partialMetadata(object, version) };
}
