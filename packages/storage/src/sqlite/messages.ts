import type { StoreErrorCode } from '../store.ts';

/** What the process asks of its writer thread. Each request is answered once, in the order of asking. */
export type WriterRequest = { request: number } & (
  | { type: 'open'; store: number; file: string; maxPages: number | undefined }
  | { type: 'write'; store: number; base: number; batch: PackedBatch }
  | { type: 'compact'; store: number; before: number }
  /** Lets go of the file handle; the next write opens it again. */
  | { type: 'release'; store: number }
  | { type: 'close'; store: number }
);

export type WriterAnswer = { request: number } & (
  | { ok: true; opened?: { newest: number; compacted: number } }
  | { ok: false; code: StoreErrorCode; message: string }
);

/** Steps of a batch as columns; the values lie one behind the other in `bytes`, which is handed over, not copied. */
export interface PackedBatch {
  ids: number[];
  keys: string[];
  previous: (number | null)[];
  deleted: boolean[];
  lengths: number[];
  bytes: Uint8Array<ArrayBuffer>;
}
