import type { ApiServerOptions } from '@dormice/apiserver';

type Versions = NonNullable<ApiServerOptions['mutatingPolicies']>;

const group = 'admissionregistration.k8s.io';
const versions: Versions = ['v1beta1', 'v1alpha1'];
const gate = 'MutatingAdmissionPolicy';

function flagsOf(text: string, name: string): Map<string, boolean> {
  const flags = new Map<string, boolean>();
  for (const part of text.split(',').filter((word) => word.trim() !== '')) {
    const [key = '', value = 'true'] = part.split('=').map((word) => word.trim());
    if (value !== 'true' && value !== 'false') {
      throw new Error(`--${name}: ${key}=${value} is neither true nor false`);
    }
    flags.set(key, value === 'true');
  }
  return flags;
}

/**
 * What kube-apiserver's flags of the same names turn on besides its defaults.
 *
 * @param runtimeConfig `admissionregistration.k8s.io/v1beta1=true`
 * @param featureGates `MutatingAdmissionPolicy=true`
 * @throws Error for a version or a gate that is not known here, and when one is on without the other
 */
export function servedFeatures(
  runtimeConfig = '',
  featureGates = '',
): Pick<ApiServerOptions, 'mutatingPolicies'> {
  const served = flagsOf(runtimeConfig, 'runtime-config');
  const gates = flagsOf(featureGates, 'feature-gates');
  const known = versions.map((version) => `${group}/${version}`);
  reject('runtime-config', 'API version', served, known);
  reject('feature-gates', 'feature gate', gates, [gate]);
  const mutatingPolicies = versions.filter((version) => served.get(`${group}/${version}`));
  const isOn = gates.get(gate) === true;
  if (isOn !== mutatingPolicies.length > 0) {
    throw new Error(
      `mutating admission policies need both --feature-gates ${gate}=true and --runtime-config ${known[0]}=true`,
    );
  }
  return isOn ? { mutatingPolicies } : {};
}

function reject(
  flag: string,
  what: string,
  given: ReadonlyMap<string, boolean>,
  known: readonly string[],
): void {
  const odd = [...given.keys()].find((key) => !known.includes(key));
  if (odd === undefined) return;
  throw new Error(`--${flag}: unknown ${what} "${odd}"; known: ${known.join(', ')}`);
}
