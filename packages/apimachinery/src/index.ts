/**
 * What Kubernetes objects are and how they change: names, errors, schemas, selectors, patches, server-side apply,
 * quantities, codecs. Pure functions; no I/O.
 *
 * @packageDocumentation
 */
export * as fieldErrors from './field-error.ts';
export {
  type FieldError,
  type FieldErrorType,
  fieldErrorBody,
  formatFieldError,
} from './field-error.ts';
export * from './object.ts';
export type { Schema, ValidationRule } from './schema.ts';
export {
  errors,
  isReason,
  type Status,
  type StatusCause,
  type StatusDetails,
  StatusError,
  type StatusReason,
  toStatusError,
} from './status-error.ts';
