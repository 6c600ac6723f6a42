import { type FieldError, fieldErrorBody, formatFieldError } from './field-error.ts';
import { type GroupResource, qualifiedResource } from './object.ts';

/** `metav1.StatusReason`: the closed list of codes that API clients act upon. */
export type StatusReason =
  | ''
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Expired'
  | 'Invalid'
  | 'ServerTimeout'
  | 'StoreReadError'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'ServiceUnavailable';

export interface StatusCause {
  reason?: string;
  message?: string;
  field?: string;
}

export interface StatusDetails {
  name?: string;
  group?: string;
  kind?: string;
  uid?: string;
  causes?: StatusCause[];
  retryAfterSeconds?: number;
}

export interface Status {
  kind: 'Status';
  apiVersion: 'v1';
  metadata: Record<string, unknown>;
  status: 'Success' | 'Failure';
  message?: string;
  reason?: StatusReason;
  details?: StatusDetails;
  code?: number;
}

/**
 * The one error that travels to an API client. `message`, `reason` and `code` are upstream's; the cause stays in the
 * log. Made by the functions below, so that wording lives in one place.
 */
export class StatusError extends Error {
  readonly code: number;
  readonly reason: StatusReason;
  readonly details: StatusDetails | undefined;
  /** `metadata.continue` of the Status: where an expired list may go on, if not consistently. */
  continueWith: string | undefined;

  constructor(
    code: number,
    reason: StatusReason,
    message: string,
    details?: StatusDetails,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'StatusError';
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: this.continueWith === undefined ? {} : { continue: this.continueWith },
      status: 'Failure',
      message: this.message,
      ...(this.reason === '' ? {} : { reason: this.reason }),
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }

  /** The inverse of `toStatus`, for clients. */
  static fromStatus(status: Partial<Status>, code: number): StatusError {
    return new StatusError(
      status.code ?? code,
      status.reason ?? '',
      status.message ?? `the server answered ${code}`,
      status.details,
    );
  }
}

/** The one normaliser: whatever was thrown becomes a `StatusError`, unknown ones a 500 that hides the cause. */
export function toStatusError(error: unknown): StatusError {
  if (error instanceof StatusError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new StatusError(
    500,
    'InternalError',
    `Internal error occurred: ${text}`,
    { causes: [{ message: text }] },
    { cause: error },
  );
}

/** Is it an answer with this reason? For `catch` clauses. */
export function isReason(error: unknown, ...reasons: StatusReason[]): error is StatusError {
  return error instanceof StatusError && reasons.includes(error.reason);
}

const detailsOf = (resource: GroupResource, name: string): StatusDetails => ({
  ...(name === '' ? {} : { name }),
  ...(resource.group === '' ? {} : { group: resource.group }),
  kind: resource.resource,
});

export const errors = {
  notFound: (resource: GroupResource, name: string) =>
    new StatusError(
      404,
      'NotFound',
      `${qualifiedResource(resource)} "${name}" not found`,
      detailsOf(resource, name),
    ),
  /** A path that the server does not serve. */
  unknownPath: () =>
    new StatusError(404, 'NotFound', 'the server could not find the requested resource', {}),
  alreadyExists: (resource: GroupResource, name: string) =>
    new StatusError(
      409,
      'AlreadyExists',
      `${qualifiedResource(resource)} "${name}" already exists`,
      detailsOf(resource, name),
    ),
  conflict: (resource: GroupResource, name: string, why: string) =>
    new StatusError(
      409,
      'Conflict',
      `Operation cannot be fulfilled on ${qualifiedResource(resource)} "${name}": ${why}`,
      detailsOf(resource, name),
    ),
  /** Server-side apply conflicts: the message is made by the caller. */
  applyConflict: (message: string, causes: StatusCause[]) =>
    new StatusError(409, 'Conflict', message, { causes }),
  invalid: (kind: { group: string; kind: string }, name: string, list: FieldError[]) => {
    const texts = [...new Set(list.map(formatFieldError))];
    const all = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
    const title = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
    return new StatusError(422, 'Invalid', `${title} "${name}" is invalid: ${all}`, {
      ...(name === '' ? {} : { name }),
      ...(kind.group === '' ? {} : { group: kind.group }),
      ...(kind.kind === '' ? {} : { kind: kind.kind }),
      causes: list.map((error) => ({
        reason: error.type,
        message: fieldErrorBody(error),
        field: error.field,
      })),
    });
  },
  badRequest: (message: string) => new StatusError(400, 'BadRequest', message),
  unauthorized: (message = 'Unauthorized') => new StatusError(401, 'Unauthorized', message),
  forbidden: (resource: GroupResource, name: string, why: string) =>
    new StatusError(
      403,
      'Forbidden',
      name === ''
        ? `${qualifiedResource(resource)} is forbidden: ${why}`
        : `${qualifiedResource(resource)} "${name}" is forbidden: ${why}`,
      detailsOf(resource, name),
    ),
  methodNotSupported: (resource: GroupResource, action: string) =>
    new StatusError(
      405,
      'MethodNotAllowed',
      `${action} is not supported on resources of kind "${qualifiedResource(resource)}"`,
      detailsOf(resource, ''),
    ),
  methodNotAllowed: () =>
    new StatusError(
      405,
      'MethodNotAllowed',
      'the server does not allow this method on the requested resource',
      {},
    ),
  notAcceptable: (accepted: string[]) =>
    new StatusError(
      406,
      'NotAcceptable',
      `only the following media types are accepted: ${accepted.join(', ')}`,
    ),
  unsupportedMediaType: (accepted: string[]) =>
    new StatusError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
    ),
  /** 410 for lists and watches whose revision is compacted. */
  expired: (message: string) => new StatusError(410, 'Expired', message),
  tooLarge: (message: string) => new StatusError(413, 'RequestEntityTooLarge', message),
  tooManyRequests: (message: string, retryAfterSeconds: number) =>
    new StatusError(429, 'TooManyRequests', message, { retryAfterSeconds }),
  timeout: (message: string, retryAfterSeconds = 0) =>
    new StatusError(504, 'Timeout', message, retryAfterSeconds ? { retryAfterSeconds } : {}),
  serverTimeout: (resource: GroupResource, verb: string, retryAfterSeconds: number) =>
    new StatusError(
      500,
      'ServerTimeout',
      `The ${verb} operation against ${qualifiedResource(resource)} could not be completed at this time, please try again.`,
      { ...detailsOf(resource, verb), retryAfterSeconds },
    ),
  unavailable: (message: string) => new StatusError(503, 'ServiceUnavailable', message),
  internal: (cause: unknown) => toStatusError(cause),
};
