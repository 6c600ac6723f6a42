import { errors } from '@dormice/apimachinery';

/** Where a list goes on: at which revision, from which key (without the collection's prefix). */
export interface ContinueToken {
  revision: number;
  start: string;
}

/** A token of this revision goes on with what is newest then. */
export const newestRevision = -1;

/** Opaque to clients: URL-safe base64 of JSON. */
export function encodeContinue(token: ContinueToken): string {
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: token.revision, start: token.start });
  return Buffer.from(text).toString('base64url');
}

export function decodeContinue(text: string): ContinueToken {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as {
      v: unknown;
      rv: unknown;
      start: unknown;
    };
    if (v === 'meta.k8s.io/v1' && typeof start === 'string' && Number.isSafeInteger(rv)) {
      if (start !== '' && !start.includes('..')) return { revision: rv as number, start };
    }
  } catch {
    // Falls through: whatever it is, it is none of our tokens.
  }
  throw errors.badRequest(
    'invalid continue token: continue key is not valid: it is none that this server gave; list again without it',
  );
}
