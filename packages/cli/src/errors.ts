import { StatusError } from '@dormice/apimachinery';

/** The command line is wrong: exit status 2. */
export class UsageError extends Error {
  readonly exitCode = 2;
}

/** What a person reads, in kubectl's form. */
export function describeError(error: unknown): string {
  if (error instanceof StatusError) {
    const reason = error.reason === '' ? '' : ` (${error.reason})`;
    return `Error from server${reason}: ${error.message}`;
  }
  const cause = rootCause(error);
  const code = (cause as NodeJS.ErrnoException | undefined)?.code;
  if (code === 'ECONNREFUSED' || code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ENOTFOUND') {
    return `Unable to connect to the host: ${messageOf(cause)}. Is Dormice running (npm start), and is the host up?`;
  }
  return `error: ${messageOf(error)}`;
}

function rootCause(error: unknown): unknown {
  let at = error;
  while (at instanceof Error && at.cause !== undefined) at = at.cause;
  return at;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function exitCodeOf(error: unknown): number {
  return error instanceof UsageError ? error.exitCode : 1;
}
