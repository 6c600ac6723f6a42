import { type FieldError, fieldErrors, type KubeObject } from '@dormice/apimachinery';

type Spec = KubeObject[string];

const { invalid } = fieldErrors;

const only = 'IPv4';

/** Does a Service without addresses and without a selector stand for any endpoints, of both families? */
const isBare = ({ clusterIP, selector }: Spec): boolean =>
  clusterIP === 'None' && Object.keys(selector ?? {}).length === 0;

/**
 * Families and policy of a Service in a cluster of IPv4 alone, filled in; what cannot be had is told. The addresses
 * that it asks for are well-formed.
 */
export function settleFamilies(spec: Spec): FieldError[] {
  spec.ipFamilyPolicy ??= isBare(spec) ? 'RequireDualStack' : 'SingleStack';
  const policy: string = spec.ipFamilyPolicy;
  const path = 'spec.ipFamilyPolicy';
  const addresses: string[] = spec.clusterIPs ?? [];
  const errors = (
    policy === 'SingleStack'
      ? ([
          [addresses, 'cluster IPs'],
          [spec.ipFamilies ?? [], 'IP families'],
        ] as const)
      : []
  )
    .filter(([list]) => list.length === 2)
    .map(([, what]) => {
      const why = `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`;
      return invalid(path, policy, why);
    });
  if (addresses[0] !== 'None') errors.push(...inferFamilies(spec, addresses));
  if (errors.length > 0) return errors;
  if (isBare(spec)) {
    spec.ipFamilies = familiesOfBare(spec.ipFamilies, policy);
    return [];
  }
  if (policy === 'RequireDualStack')
    errors.push(invalid(path, policy, 'this cluster is not configured for dual-stack services'));
  for (const [index, family] of (spec.ipFamilies ?? []).entries()) {
    if (family === only) continue;
    errors.push(invalid(`spec.ipFamilies[${index}]`, family, 'not configured on this cluster'));
  }
  if (errors.length === 0 && !spec.ipFamilies?.length) spec.ipFamilies = [only];
  return errors;
}

/** Families that the Service does not name are those of its addresses. */
function inferFamilies(spec: Spec, addresses: readonly string[]): FieldError[] {
  const known: string[] = spec.ipFamilies ?? [];
  const errors = addresses.flatMap((address, index) => {
    if (index < known.length || !address.includes(':')) return [];
    const why = 'IPv6 is not configured on this cluster';
    return [invalid(`spec.clusterIPs[${index}]`, addresses, why)];
  });
  if (errors.length === 0 && known.length < addresses.length)
    spec.ipFamilies = [...known, ...addresses.slice(known.length).map(() => only)];
  return errors;
}

function familiesOfBare(given: string[] | undefined, policy: string): string[] {
  const families = given?.length ? given : [only];
  if (families.length > 1 || policy === 'SingleStack') return families;
  return families[0] === 'IPv4' ? ['IPv4', 'IPv6'] : ['IPv6', 'IPv4'];
}
