import { errors, type FieldError } from '@dormice/apimachinery';
import type { ApiRequest } from '@dormice/client';
import type { Verb } from '../route.ts';
import { mediaTypeOf } from './body.ts';

const kinds: Partial<Record<Verb, string>> = {
  create: 'CreateOptions',
  update: 'UpdateOptions',
  patch: 'PatchOptions',
  delete: 'DeleteOptions',
  deletecollection: 'DeleteOptions',
};

const validations = new Set(['', 'Ignore', 'Strict', 'Warn']);
const managerBytes = 128;

const notSupported = (field: string, badValue: unknown, detail: string): FieldError => ({
  type: 'FieldValueNotSupported',
  field,
  badValue,
  detail,
});

/** Checks the query of a write as upstream checks its options. @throws StatusError 422 */
export function checkWriteOptions(verb: Verb, request: ApiRequest): void {
  const { query } = request;
  const problems: FieldError[] = [];
  const dryRun = query.getAll('dryRun');
  if (dryRun.some((value) => value !== 'All')) {
    problems.push(notSupported('dryRun', dryRun, 'supported values: "All"'));
  }
  if (verb !== 'delete' && verb !== 'deletecollection') {
    problems.push(...managerProblems(query.get('fieldManager') ?? ''));
    const validation = query.get('fieldValidation') ?? '';
    if (!validations.has(validation)) {
      const supported = 'supported values: "", "Ignore", "Strict", "Warn"';
      problems.push(notSupported('fieldValidation', validation, supported));
    }
  }
  if (verb === 'patch') problems.push(...patchProblems(request));
  if (problems.length > 0) {
    const kind = kinds[verb] ?? 'CreateOptions';
    throw errors.invalid({ group: 'meta.k8s.io', kind }, '', problems);
  }
}

function managerProblems(manager: string): FieldError[] {
  const problems: FieldError[] = [];
  if (new TextEncoder().encode(manager).length > managerBytes) {
    const detail = `may not be more than ${managerBytes} bytes`;
    problems.push({ type: 'FieldValueTooLong', field: 'fieldManager', detail });
  }
  const unprintable = /[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/u.exec(manager);
  if (unprintable) {
    const [letter] = unprintable;
    const code = (letter.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const at = Buffer.byteLength(manager.slice(0, unprintable.index));
    const detail = `invalid character U+${code} (at position ${at})`;
    problems.push({
      type: 'FieldValueInvalid',
      field: 'fieldManager',
      badValue: manager,
      detail,
    });
  }
  return problems;
}

function patchProblems(request: ApiRequest): FieldError[] {
  const { query } = request;
  if (mediaTypeOf(request) === 'application/apply-patch+yaml') {
    if ((query.get('fieldManager') ?? '') !== '') return [];
    const detail = 'is required for apply patch';
    return [{ type: 'FieldValueRequired', field: 'fieldManager', detail }];
  }
  if (query.get('force') === null) return [];
  const detail = 'may not be specified for non-apply patch';
  return [{ type: 'FieldValueForbidden', field: 'force', detail }];
}
