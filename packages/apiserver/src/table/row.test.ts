import { Elapsed } from '@dormice/kinds';
import { describe, expect, it } from 'vitest';
import { encodeRows, rowOf } from './row.ts';

const now = new Date('2026-01-01T00:05:00Z');
const kind = {
  columns: [
    { cell: () => 'naïve "x"' },
    { cell: () => new Elapsed(now.getTime() - 300_000, { before: '2 (', after: ' ago)' }) },
    { cell: () => 3 },
    { cell: () => undefined },
    { cell: () => new Elapsed(now.getTime() - 5_000) },
  ],
} as unknown as Parameters<typeof rowOf>[0];
const object = (name: string) => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name } });
const decoded = (bytes: Uint8Array): { cells: unknown[]; object: unknown }[] =>
  JSON.parse(`[${Buffer.from(bytes).toString('utf8')}]`);

describe('rows', () => {
  it('show times as they are when they are written', () => {
    const row = rowOf(kind, object('a'));
    expect(decoded(encodeRows([row], now))[0]?.cells).toEqual([
      'naïve "x"',
      '2 (5m ago)',
      3,
      null,
      '5s',
    ]);
    const later = new Date(now.getTime() + 60_000);
    expect(decoded(encodeRows([row], later))[0]?.cells[1]).toBe('2 (6m ago)');
  });

  it('carry the metadata of their objects, in any script', () => {
    const rows = ['a', '日本'].map((name) => rowOf(kind, object(name)));
    expect(decoded(encodeRows(rows, now)).map((row) => row.object)).toEqual(
      ['a', '日本'].map((name) => ({
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: { name },
      })),
    );
  });
});
