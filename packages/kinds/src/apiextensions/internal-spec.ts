import { deepEqual } from '@dormice/apimachinery';
import { each, type Loose } from '../loose.ts';

/**
 * The spec as upstream validates it: what all versions have in common is said once, at the top, and no longer by a
 * version. So the paths of errors are `spec.validation…` or `spec.versions[1].schema…`.
 */
export interface InternalSpec {
  versions: Loose[];
  /** Name of the first version. */
  version: string | undefined;
  validation: Loose;
  subresources: Loose;
  additionalPrinterColumns: Loose;
  selectableFields: Loose;
}

const places = {
  schema: 'validation',
  subresources: 'subresources',
  additionalPrinterColumns: 'additionalPrinterColumns',
  selectableFields: 'selectableFields',
} as const;

export function internalSpec(spec: Loose): InternalSpec {
  const versions = each(spec.versions).map((version) => ({ ...version }));
  const [first] = versions;
  const result: InternalSpec = {
    versions,
    version: first?.name,
    validation: undefined,
    subresources: undefined,
    additionalPrinterColumns: undefined,
    selectableFields: undefined,
  };
  for (const [own, common] of Object.entries(places) as [
    keyof typeof places,
    keyof InternalSpec,
  ][]) {
    const value = first?.[own];
    if (!versions.every((version) => deepEqual(version[own], value))) continue;
    result[common] = value;
    for (const version of versions) delete version[own];
  }
  return result;
}
