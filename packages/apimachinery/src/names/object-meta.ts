import { type FieldError, forbidden, invalid, required, tooLong } from '../field-error.ts';
import { deepEqual } from '../json-clone.ts';
import type { ObjectMeta } from '../object.ts';
import {
  isDns1035Label,
  isDns1123Label,
  isDns1123Subdomain,
  isPathSegmentName,
  isQualifiedName,
  isValidIp,
  isValidLabelValue,
} from './rules.ts';

export type NameRule = 'subdomain' | 'label' | 'label1035' | 'path' | 'ip' | 'declared' | 'any';

const nameRules: Record<NameRule, (value: string) => string[]> = {
  subdomain: isDns1123Subdomain,
  label: isDns1123Label,
  label1035: isDns1035Label,
  path: isPathSegmentName,
  ip: isValidIp,
  declared: (name) =>
    isDns1123Subdomain(name).map((why) =>
      why.replace(/^(must be no more than \d+) characters/, '$1 bytes'),
    ),
  any: () => [],
};

/** What all annotations of an object may take together, bytes. */
const annotationsLimit = 256 * 1024;

export function validateLabels(labels: Record<string, string>, path: string): FieldError[] {
  return Object.entries(labels).flatMap(([key, value]) => [
    ...isQualifiedName(key).map((text) => invalid(path, key, text)),
    ...isValidLabelValue(value).map((text) => invalid(path, value, text)),
  ]);
}

export function validateAnnotations(
  annotations: Record<string, string>,
  path: string,
): FieldError[] {
  const problems = Object.keys(annotations).flatMap((key) =>
    isQualifiedName(key.toLowerCase()).map((text) => invalid(path, key, text)),
  );
  const encoder = new TextEncoder();
  let total = 0;
  for (const [key, value] of Object.entries(annotations)) {
    total += encoder.encode(key).length + encoder.encode(value).length;
  }
  if (total > annotationsLimit) problems.push(tooLong(path, annotationsLimit));
  return problems;
}

/** Rules of `metadata` that every kind has; `ValidateObjectMeta` upstream. */
export function validateObjectMeta(
  meta: ObjectMeta,
  options: {
    namespaced: boolean;
    nameRule?: NameRule;
    /** Finalizers need no domain: custom resources and some groups. */
    plainFinalizers?: boolean;
  },
  path = 'metadata',
): FieldError[] {
  const problems: FieldError[] = [];
  const rule = nameRules[options.nameRule ?? 'subdomain'];
  // Declared rules look at the name alone.
  const { generateName = '' } = options.nameRule === 'declared' ? {} : meta;
  if (generateName !== '') {
    // A trailing dash is fine: a suffix follows.
    const trimmed = generateName.replace(/-$/, 'a');
    problems.push(
      ...rule(trimmed).map((text) => invalid(`${path}.generateName`, generateName, text)),
    );
  }
  if (meta.name === undefined || meta.name === '') {
    problems.push(required(`${path}.name`, 'name or generateName is required'));
  } else {
    problems.push(...rule(meta.name).map((text) => invalid(`${path}.name`, meta.name, text)));
  }
  problems.push(...validateNamespace(meta, options.namespaced, path));
  if (meta.generation !== undefined && meta.generation < 0) {
    const text = 'must be greater than or equal to 0';
    problems.push(invalid(`${path}.generation`, meta.generation, text));
  }
  problems.push(
    ...validateLabels(meta.labels ?? {}, `${path}.labels`),
    ...validateAnnotations(meta.annotations ?? {}, `${path}.annotations`),
    ...validateOwners(meta, `${path}.ownerReferences`),
    ...validateFinalizers(meta, `${path}.finalizers`, options.plainFinalizers === true),
  );
  return problems;
}

function validateNamespace(meta: ObjectMeta, namespaced: boolean, path: string): FieldError[] {
  const namespace = meta.namespace ?? '';
  if (!namespaced) {
    return namespace === '' ? [] : [forbidden(`${path}.namespace`, 'not allowed on this type')];
  }
  if (namespace === '') return [required(`${path}.namespace`)];
  return isDns1123Label(namespace).map((text) => invalid(`${path}.namespace`, namespace, text));
}

function validateOwners(meta: ObjectMeta, path: string): FieldError[] {
  const problems: FieldError[] = [];
  let controller = '';
  for (const owner of meta.ownerReferences ?? []) {
    const { apiVersion = '' } = owner;
    if (apiVersion === '' || apiVersion.split('/').length > 2) {
      problems.push(invalid(`${path}.apiVersion`, apiVersion, 'version must not be empty'));
    }
    for (const key of ['kind', 'name', 'uid'] as const) {
      if (!owner[key]) problems.push(invalid(`${path}.${key}`, '', 'must not be empty'));
    }
    if (apiVersion === 'v1' && owner.kind === 'Event') {
      const text = '/v1, Kind=Event is disallowed from being an owner';
      problems.push(invalid(path, owner, text));
    }
    if (owner.controller !== true) continue;
    if (controller !== '') {
      const text = `Only one reference can have Controller set to true. Found "true" in references for ${controller} and ${owner.kind}/${owner.name}`;
      problems.push(invalid(path, meta.ownerReferences, text));
    }
    controller = `${owner.kind}/${owner.name}`;
  }
  return problems;
}

const standardFinalizers = new Set(['orphan', 'foregroundDeletion', 'kubernetes']);

function validateFinalizers(meta: ObjectMeta, path: string, plain: boolean): FieldError[] {
  const finalizers = meta.finalizers ?? [];
  const problems = finalizers.flatMap((name) =>
    isQualifiedName(name).map((text) => invalid(path, name, text)),
  );
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    problems.push(
      invalid(path, finalizers, 'finalizer orphan and foregroundDeletion cannot be both set'),
    );
  }
  if (plain) return problems;
  const unqualified = 'name is neither a standard finalizer name nor is it fully qualified';
  for (const [index, name] of finalizers.entries()) {
    if (name.includes('/') || standardFinalizers.has(name)) continue;
    problems.push(invalid(`${path}[${index}]`, name, unqualified));
  }
  return problems;
}

const immutable = 'field is immutable';

/** Rules of a changed `metadata`; `ValidateObjectMetaUpdate` upstream. */
export function validateObjectMetaUpdate(
  next: ObjectMeta,
  old: ObjectMeta,
  path = 'metadata',
): FieldError[] {
  const problems: FieldError[] = [];
  if (old.deletionTimestamp !== undefined) {
    const before = new Set(old.finalizers ?? []);
    const extra = (next.finalizers ?? []).filter((name) => !before.has(name));
    if (extra.length > 0) {
      const list = `[${extra.map((name) => JSON.stringify(name)).join(', ')}]`;
      problems.push(
        forbidden(
          `${path}.finalizers`,
          `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list.slice(1, -1)}}`,
        ),
      );
    }
  }
  if (!next.resourceVersion) {
    problems.push(invalid(`${path}.resourceVersion`, '', 'must be specified for an update'));
  }
  if (next.generation !== undefined && next.generation < (old.generation ?? 0)) {
    problems.push(invalid(`${path}.generation`, next.generation, 'must not be decremented'));
  }
  const fixed = [
    'name',
    'namespace',
    'uid',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
  ] as const;
  for (const key of fixed) {
    if (!deepEqual(next[key] ?? null, old[key] ?? null)) {
      problems.push(invalid(`${path}.${key}`, next[key] ?? null, immutable));
    }
  }
  return problems;
}
