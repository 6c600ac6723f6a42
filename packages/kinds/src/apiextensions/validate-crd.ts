import { deepEqual, fieldErrors, isDns1123Subdomain, type KubeObject } from '@dormice/apimachinery';
import { isAuthorityBundle } from '../certificates/pem.ts';
import { type Check, immutable } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import { each, type Loose } from '../loose.ts';
import { validateApproval } from './validate-approval.ts';
import { validateNames } from './validate-names.ts';
import { validateSpec } from './validate-spec.ts';

const { invalid } = fieldErrors;

/** The storage version must be among those that were ever stored, and those must go on being known. */
function validateStoredVersions(crd: KubeObject): Check {
  const path = 'status.storedVersions';
  const stored: string[] = each(crd['status']?.storedVersions);
  if (stored.length === 0) return [invalid(path, null, 'must have at least one stored version')];
  const unknown = new Set(stored);
  const errors = each(crd['spec']?.versions).flatMap(({ name, storage }) =>
    // A name is taken out when it is found: one that comes twice is not found again.
    unknown.delete(name) || storage !== true
      ? []
      : [invalid(path, stored, `must have the storage version ${name}`)],
  );
  for (const name of unknown) {
    const why = `missing from spec.versions; ${name} was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in ${name} and removes ${name} from status.storedVersions`;
    errors.push(invalid(`${path}[${stored.lastIndexOf(name)}]`, name, why));
  }
  return errors;
}

function validatePreserve(crd: KubeObject, old: KubeObject | undefined): Check {
  const keeps = (one: KubeObject | undefined) => one?.['spec']?.preserveUnknownFields === true;
  if (keeps(old) || !keeps(crd)) return [];
  const why =
    'cannot set to true, set x-kubernetes-preserve-unknown-fields to true in spec.versions[*].schema instead';
  return [invalid('spec.preserveUnknownFields', true, why)];
}

const validateRest = (crd: KubeObject, old?: KubeObject): Check => [
  ...validateNames(crd['status']?.acceptedNames, 'status.acceptedNames'),
  ...validateStoredVersions(crd),
  ...validateApproval(crd, old),
  ...validatePreserve(crd, old),
];

/** A CRD as clients write it: names, scope, versions, schemas. Wording and order of upstream's apiextensions. */
export function validateCrd(crd: KubeObject): Check {
  const { spec = {}, metadata } = crd as KubeObject[string];
  const expected = `${spec.names?.plural ?? ''}.${spec.group ?? ''}`;
  const why = 'must be spec.names.plural+"."+spec.group';
  return [
    ...['generateName', 'name'].flatMap((field) => {
      const given: string = metadata[field] ?? '';
      if (given === '' || given === expected) return [];
      // A trailing dash of a prefix is fine: a suffix follows.
      const judged = field === 'name' ? given : given.replace(/-$/, 'a');
      return [...isDns1123Subdomain(judged), why].map((text) =>
        invalid(`metadata.${field}`, given, text),
      );
    }),
    ...validateSpec(spec, { unchanged: new Set(), strictBundle: false }),
    ...validateRest(crd),
  ];
}

const isEstablished = (crd: KubeObject): boolean =>
  each(crd['status']?.conditions).some(
    ({ type, status }) => type === 'Established' && status === 'True',
  );

/** Versions that have the schema that they had. */
function unchangedVersions(next: Loose, old: Loose): Set<string> {
  const before = new Map(each(old.versions).map(({ name, schema }) => [name, schema]));
  const same = each(next.versions).filter(
    ({ name, schema }) => before.has(name) && deepEqual(schema, before.get(name)),
  );
  return new Set(same.map(({ name }) => name));
}

const bundleOf = (spec: Loose): string => spec.conversion?.webhook?.clientConfig?.caBundle ?? '';
const isGoodBundle = (bundle: string): boolean =>
  bundle === '' || isAuthorityBundle(bundle) === undefined;

/** What stays as it is: the group and the plural always, scope and kind once objects may exist. */
export function validateCrdUpdate(
  next: KubeObject,
  old: KubeObject,
  { subresource }: KindContext,
): Check {
  if (subresource === 'status')
    return validateNames(next['status']?.acceptedNames, 'status.acceptedNames');
  const [spec, before] = [next['spec'] ?? {}, old['spec'] ?? {}];
  const established = isEstablished(old);
  const same = (path: string, value: Loose, was: Loose) =>
    immutable(`spec.${path}`, value ?? '', was ?? '');
  return [
    ...validateSpec(spec, {
      unchanged: unchangedVersions(spec, before),
      strictBundle: established && isGoodBundle(bundleOf(before)),
    }),
    ...(established
      ? [
          ...same('scope', spec.scope, before.scope),
          ...same('names.kind', spec.names?.kind, before.names?.kind),
        ]
      : []),
    ...same('group', spec.group, before.group),
    ...same('names.plural', spec.names?.plural, before.names?.plural),
    ...validateRest(next, old),
  ];
}
