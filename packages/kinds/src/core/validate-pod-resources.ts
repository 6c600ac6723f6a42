import { fieldErrors, parseQuantity } from '@dormice/apimachinery';
import { type Check, isAbsent, onEach } from '../checks.ts';
import { each, type Loose } from '../loose.ts';
import { aggregate } from './pod-level-resources.ts';
import { validateResourceName } from './resource-names.ts';
import { validateResources } from './validate-resources.ts';

const { forbidden, invalid } = fieldErrors;

const isBelow = (a: Loose, b: Loose): boolean =>
  parseQuantity(String(a)).compare(parseQuantity(String(b))) < 0;

/** A pod has at least what its containers ask for; none of them may have more than the pod. */
function validateConsistency(spec: Loose, path: string): Check {
  const { limits = {}, requests = {} } = spec.resources;
  const atLeast = (field: 'limits' | 'requests', list: Loose, only: (name: string) => boolean) =>
    [...aggregate(spec, field)].flatMap(([name, value]) => {
      const own = list[name];
      if (isAbsent(own) || !only(name) || !isBelow(own, value)) return [];
      const why = `must be greater than or equal to aggregate container ${field} of ${value}`;
      return [invalid(`${path}.${field}[${name}]`, String(own), why)];
    });
  return [
    ...atLeast('requests', requests, () => true),
    ...atLeast('limits', limits, (name) => name.startsWith('hugepages-')),
    ...onEach(spec.containers, `${path}.containers`, ({ resources }, at) =>
      Object.entries((resources?.limits ?? {}) as Record<string, string>).flatMap(
        ([name, value]) => {
          if (isAbsent(limits[name]) || !isBelow(limits[name], value)) return [];
          const why = `must be less than or equal to pod limits of ${limits[name]}`;
          return [invalid(`${at}[${name}].limits`, String(value), why)];
        },
      ),
    ),
  ];
}

/** `resources` of a pod as a whole. */
export function validatePodResources(spec: Loose, path: string): Check {
  const { resources, os } = spec;
  if (isAbsent(resources)) return [];
  const at = `${path}.resources`;
  if (os?.name === 'windows') return [forbidden(at, 'may not be set for a windows pod')];
  const names = new Set<string>(each(spec.resourceClaims).map(({ name }) => name ?? ''));
  return [
    ...(isAbsent(resources.claims)
      ? []
      : [forbidden(`${at}.claims`, 'claims may not be set for Resources at pod-level')]),
    ...validateResources(resources, at, names, validateResourceName),
    ...validateConsistency(spec, at),
  ];
}
