import { StoreError } from '../store.ts';

/** SQLite's primary result codes, with what a person can do about them. https://sqlite.org/rescode.html */
const advice: Record<number, string> = {
  5: 'another process holds the file: is a second Dormice running on the same data?',
  6: 'another process holds the file: is a second Dormice running on the same data?',
  8: 'the file or its directory is read-only: make it writable',
  10: 'the disk reports an error: look at the kernel log and the free space',
  11: 'the file is damaged: restore it from a backup',
  13: 'the disk is full: free some space, writes then work again',
  14: 'the file cannot be opened: look at the directory, its permissions and the limit of open files',
  26: 'the file is no database: name another file',
};

const primaryCode = (error: unknown): number | undefined => {
  if (!(error instanceof Error) || !('errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : undefined;
};

/** Text for a person: what SQLite says, where, and the way out. */
export function explainSqlite(error: unknown, file: string): string {
  const text = error instanceof Error ? error.message : String(error);
  const code = primaryCode(error);
  const hint = code === undefined ? undefined : advice[code];
  return `${file}: ${text}${hint ? ` (${hint})` : ''}`;
}

export function toStoreError(error: unknown, file: string, code: 'WriteFailed' | 'Unreadable') {
  if (error instanceof StoreError) return error;
  return new StoreError(code, explainSqlite(error, file), { cause: error });
}
