import { fieldErrors, isDns1123Subdomain } from '@dormice/apimachinery';
import { type Check, follows, isAbsent, isEmpty, needed } from '../checks.ts';
import type { Loose } from '../loose.ts';

const { invalid } = fieldErrors;

const reference = ({ apiGroup, kind = '', name = '' }: Loose): Loose => ({
  ...(isAbsent(apiGroup) ? {} : { apiGroup }),
  kind,
  name,
});

const cloneable: Readonly<Record<string, string>> = {
  PersistentVolumeClaim: '',
  VolumeSnapshot: 'snapshot.storage.k8s.io',
};

/**
 * Sources that are neither claim nor snapshot are taken away from the old field, without a word, unless the claim had
 * a source or says it in the new field. References to other namespaces are a feature that is off.
 */
export function dropOddSource(spec: Loose, before?: Loose): void {
  if (spec?.dataSourceRef?.namespace && !before?.dataSourceRef) delete spec.dataSourceRef;
  const source = spec?.dataSource;
  if (!source || spec.dataSourceRef || before?.dataSource || before?.dataSourceRef) return;
  const group = cloneable[source.kind ?? ''];
  if (group === undefined || group !== (source.apiGroup ?? '')) delete spec.dataSource;
}

/** The old and the new field say the same, as far as the old one can. */
export function alignSources(spec: Loose): void {
  if (!spec) return;
  if (spec.dataSource && !spec.dataSourceRef) spec.dataSourceRef = reference(spec.dataSource);
  else if (spec.dataSourceRef && !spec.dataSource && isEmpty(spec.dataSourceRef.namespace))
    spec.dataSource = reference(spec.dataSourceRef);
}

function validateReference(source: Loose, path: string): Check {
  const { apiGroup, kind = '', name } = source;
  return [
    ...needed(`${path}.name`, name),
    ...needed(`${path}.kind`, kind),
    ...(isEmpty(apiGroup) && kind !== 'PersistentVolumeClaim'
      ? [
          invalid(
            path,
            kind,
            "must be 'PersistentVolumeClaim' when referencing the default apiGroup",
          ),
        ]
      : []),
    ...(isEmpty(apiGroup) ? [] : follows(`${path}.apiGroup`, apiGroup, isDns1123Subdomain)),
  ];
}

const same = (a: Loose, b: Loose): boolean =>
  ['apiGroup', 'kind', 'name'].every((field) => (a[field] ?? '') === (b[field] ?? ''));

/** What fills a new volume. */
export function validateSources(spec: Loose, path: string): Check {
  const { dataSource, dataSourceRef } = spec;
  return [
    ...(dataSource ? validateReference(dataSource, `${path}.dataSource`) : []),
    ...(dataSourceRef ? validateReference(dataSourceRef, `${path}.dataSourceRef`) : []),
    ...(dataSource && !isEmpty(dataSourceRef?.namespace)
      ? [invalid(path, {}, 'may not be specified when dataSourceRef.namespace is specified')]
      : dataSource && dataSourceRef && !same(dataSource, dataSourceRef)
        ? [invalid(path, {}, 'must match dataSourceRef')]
        : []),
  ];
}
