import type { KubeObject } from '@dormice/apimachinery';
import { stringify } from 'yaml';
import { UsageError } from './errors.ts';

export const outputFormats = ['wide', 'json', 'yaml', 'name'] as const;
export type OutputFormat = (typeof outputFormats)[number] | 'table';

export function parseOutput(text: string): OutputFormat {
  const found = outputFormats.find((format) => format === text);
  if (!found) {
    throw new UsageError(
      `unable to match a printer suitable for the output format "${text}", allowed formats are: ${outputFormats.join(',')}`,
    );
  }
  return found;
}

export interface TableColumn {
  name: string;
  /** Only with `-o wide`. */
  wide?: boolean;
  cell: (object: KubeObject) => string;
}

/** Upper-case headers, three spaces between columns, `<none>` for what is empty: kubectl's table. */
export function renderTable(
  objects: readonly KubeObject[],
  columns: readonly TableColumn[],
  options: { wide: boolean; noHeaders: boolean },
): string {
  const shown = columns.filter((column) => options.wide || column.wide !== true);
  const rows = objects.map((object) =>
    shown.map((column) => {
      const text = column.cell(object);
      return text === '' ? '<none>' : text;
    }),
  );
  if (!options.noHeaders) rows.unshift(shown.map((column) => column.name.toUpperCase()));
  const widths = shown.map((_, at) => Math.max(0, ...rows.map((row) => row[at]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((text, at) => text.padEnd(widths[at] ?? 0))
        .join('   ')
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join('');
}

/** One object as itself, many as a `List`, so that the output can be piped to `kubectl apply -f -`. */
export function renderObjects(
  objects: readonly KubeObject[],
  format: 'json' | 'yaml' | 'name',
  single: boolean,
): string {
  if (format === 'name') {
    return objects.map((object) => `${resourceName(object)}\n`).join('');
  }
  const value =
    single && objects.length === 1
      ? objects[0]
      : { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '' }, items: objects };
  return format === 'json' ? `${JSON.stringify(value, null, 4)}\n` : stringify(value);
}

/** `virtualcluster.dormice.dev/atlas`. */
export function resourceName(object: KubeObject): string {
  return `virtualcluster.dormice.dev/${object.metadata.name}`;
}
