import { errors, type StatusError } from '../status-error.ts';
import type { FieldSet } from './field-set.ts';
import type { Manager } from './managers.ts';
import { displayPath } from './path-element.ts';

/** Fields that an apply would take from another manager. */
export interface Conflict {
  owner: Manager;
  fields: FieldSet;
}

/** The 409 of server-side apply, in upstream's words. */
export function conflictError(conflicts: readonly Conflict[]): StatusError {
  const causes = conflicts.flatMap(({ owner, fields }) =>
    fields.paths().map((path) => ({
      reason: 'FieldManagerConflict',
      message: `conflict with ${describe(owner)}`,
      field: displayPath(path),
    })),
  );
  const [first] = causes;
  if (first !== undefined && causes.length === 1) {
    return errors.applyConflict(
      `Apply failed with 1 conflict: ${first.message}: ${first.field}`,
      causes,
    );
  }
  const lines = conflicts.flatMap(({ owner, fields }) => [
    `conflicts with ${describe(owner)}:`,
    ...fields.paths().map((path) => `- ${displayPath(path)}`),
  ]);
  return errors.applyConflict(
    `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`,
    causes,
  );
}

function describe({ manager, operation, apiVersion, subresource }: Manager): string {
  const name = JSON.stringify(manager);
  const part =
    subresource === '' ? name : `${name} with subresource ${JSON.stringify(subresource)}`;
  return operation === 'Update' ? `${part} using ${apiVersion}` : part;
}
