import { errors, StatusError } from '@dormice/apimachinery';
import { type Store, StoreError } from '@dormice/storage';
import {
  type ContinueToken,
  decodeContinue,
  encodeContinue,
  newestRevision,
} from './continue-token.ts';

export interface ListQuery {
  limit: number;
  /** The revision that the list must be of; absent: the newest. */
  at: number | undefined;
  token: ContinueToken | undefined;
}

const matches = new Set(['', 'Exact', 'NotOlderThan']);

/** Digits, or a 400 in upstream's words. */
export function parseRevision(text: string): number {
  if (!digits.test(text)) {
    throw errors.badRequest(
      `invalid resource version: resourceVersion: Invalid value: ${JSON.stringify(text)}: ${syntaxOf('ParseUint', text)}`,
    );
  }
  return Number(text);
}

const digits = /^\d+$/;
const syntaxOf = (parser: string, text: string): string =>
  `strconv.${parser}: parsing ${JSON.stringify(text)}: invalid syntax`;

/** Where upstream does not expect anything else, it answers 500 without a reason. */
export function checkDigits(text: string, field = ''): void {
  if (text !== '' && !digits.test(text)) {
    const where = field === '' ? '' : `${field}: Invalid value: ${JSON.stringify(text)}: `;
    throw new StatusError(500, '', `${where}${syntaxOf('ParseUint', text)}`);
  }
}

/** @throws StatusError 400 */
export function parseInteger(text: string): number {
  if (text !== '' && !/^[+-]?\d+$/.test(text)) throw errors.badRequest(syntaxOf('ParseInt', text));
  const value = Number(text);
  if (Math.abs(value) >= 2 ** 63) {
    throw errors.badRequest(
      `strconv.ParseInt: parsing ${JSON.stringify(text)}: value out of range`,
    );
  }
  return value;
}

/** Reads `limit`, `continue`, `resourceVersion` and `resourceVersionMatch` and checks that they go together. */
export function listQueryOf(store: Store, query: URLSearchParams): ListQuery {
  const limit = parseInteger(query.get('limit') ?? '');
  parseInteger(query.get('timeoutSeconds') ?? '');
  const version = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  const continued = query.get('continue') ?? '';
  const problems = matchProblems(match, version, continued);
  if (query.has('sendInitialEvents')) {
    problems.push('sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list');
  }
  if (problems.length > 0) throw invalidOptions(problems);
  if (continued !== '') {
    if (version !== '' && version !== '0') {
      throw errors.badRequest('specifying resource version is not allowed when using continue');
    }
    const token = decodeContinue(continued);
    return { limit, token, at: token.revision === newestRevision ? undefined : token.revision };
  }
  if (version === '' || version === '0') return { limit, token: undefined, at: undefined };
  const revision = parseRevision(version);
  if (revision > store.revision) throw tooNew(revision, store.revision);
  const exact = match === 'Exact' || (match === '' && limit > 0);
  return { limit, token: undefined, at: exact ? revision : undefined };
}

function invalidOptions(messages: readonly string[]): StatusError {
  const text = messages.length === 1 ? messages[0] : `[${messages.join(', ')}]`;
  return new StatusError(422, 'Invalid', `ListOptions.meta.k8s.io "" is invalid: ${text}`, {
    group: 'meta.k8s.io',
    kind: 'ListOptions',
    causes: messages.map((message) => ({
      reason: message.includes('Forbidden') ? 'FieldValueForbidden' : 'FieldValueNotSupported',
      message: message.slice(message.indexOf(': ') + 2),
      field: message.slice(0, message.indexOf(':')),
    })),
  });
}

/** What is wrong with how a list names its moment. */
function matchProblems(match: string, version: string, continued: string): string[] {
  if (match === '') return [];
  const problems: string[] = [];
  const forbidden = (why: string) => problems.push(`resourceVersionMatch: Forbidden: ${why}`);
  if (version === '') {
    forbidden('resourceVersionMatch is forbidden unless resourceVersion is provided');
  }
  if (continued !== '') forbidden('resourceVersionMatch is forbidden when continue is provided');
  if (!matches.has(match)) {
    problems.push(
      `resourceVersionMatch: Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`,
    );
  }
  if (match === 'Exact' && version === '0') {
    forbidden('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
  return problems;
}

/** A revision of the future: upstream waits a little and then says that it is too large. */
export function tooNew(asked: number, current: number): StatusError {
  return new StatusError(
    504,
    'Timeout',
    `Timeout: Too large resource version: ${asked}, current: ${current}`,
    {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  );
}

/** What a store's refusal means to a reader. */
export function readError(error: unknown, token?: ContinueToken): unknown {
  if (!(error instanceof StoreError)) return error;
  switch (error.code) {
    case 'Compacted':
      return token === undefined
        ? errors.expired('The resourceVersion for the provided list is too old.')
        : inconsistent(token);
    case 'Future':
      return errors.badRequest('the revision asked for does not exist yet');
    default:
      return error;
  }
}

/** A list whose revision is gone may go on with what is there now, if the client says so with the token given here. */
function inconsistent({ start }: ContinueToken): StatusError {
  const error = errors.expired(
    'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  );
  error.continueWith = encodeContinue({ revision: newestRevision, start });
  return error;
}
