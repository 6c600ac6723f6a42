import type { Key, Revision } from '@dormice/storage';

/** A part of a list, as it is sent: items or rows with commas between them. */
export interface ListPage {
  /** Empty without entries. */
  bytes: Uint8Array;
  count: number;
  /** The same for all pages of a list. */
  revision: Revision;
  /** Of the last page of a list that its limit cut off: where the next list continues, and how many are left. */
  next?: Key;
  remaining?: number;
}
