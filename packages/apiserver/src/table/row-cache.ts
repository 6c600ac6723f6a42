import type { Kind } from '@dormice/kinds';
import type { Stamp } from '@dormice/storage';
import { LRUCache } from 'lru-cache';
import type { Row } from './row.ts';

interface Kept {
  row: Row;
  revision: number;
}

/** All virtual clusters of the process together keep so many bytes of rows, */
const maxSize = 32 * 1024 * 1024;
/** and none when nobody has asked for a table for so long, milliseconds. */
const idleMs = 60_000;

const rows = new LRUCache<string, Kept>({ maxSize, sizeCalculation: ({ row }) => row.size });
let idle: NodeJS.Timeout | undefined;

/** A kind's row of a cluster's table of kinds: a changed CRD is another one, and so is another cluster's. */
const names = new WeakMap<Kind, WeakMap<object, string>>();
let last = 0;

/**
 * The rows of one kind in one virtual cluster that were shown before. Making a row means parsing the object; who lists the
 * same objects again (`kubectl get`, dashboards) gets them without.
 */
export class RowCache {
  readonly #name: string;

  constructor(cluster: object, kind: Kind) {
    let ofKind = names.get(kind);
    if (!ofKind) {
      ofKind = new WeakMap();
      names.set(kind, ofKind);
    }
    this.#name = ofKind.get(cluster) ?? `${++last} `;
    ofKind.set(cluster, this.#name);
    if (idle) idle.refresh();
    else idle = setTimeout(forget, idleMs).unref();
  }

  get({ key, revision }: Stamp): Row | undefined {
    const kept = rows.get(this.#name + key);
    return kept?.revision === revision ? kept.row : undefined;
  }

  set({ key, revision }: Stamp, row: Row): void {
    rows.set(this.#name + key, { row, revision });
  }
}

function forget(): void {
  rows.clear();
  idle = undefined;
}
