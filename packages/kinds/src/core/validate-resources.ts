import { fieldErrors, isDns1123Label, parseQuantity } from '@dormice/apimachinery';
import { type Check, follows, nonNegativeQuantity, onEach } from '../checks.ts';
import type { Loose } from '../loose.ts';
import { isNative, validateContainerResourceName } from './resource-names.ts';

const { duplicate, forbidden, invalid, notFound, required } = fieldErrors;

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');

function validateAmount(name: string, value: Loose, path: string): Check {
  const errors = nonNegativeQuantity(path, value);
  const whole = !isNative(name) || isHugePages(name);
  if (errors.length === 0 && whole && parseQuantity(String(value)).milliValue() % 1000n !== 0n)
    return [invalid(path, String(value), 'must be an integer')];
  return errors;
}

/** Claims that a container uses: of the pod, and none twice, whole or by one of its requests. */
function validateClaims(used: Loose, path: string, known: ReadonlySet<string>): Check {
  const seen = new Set<string>();
  return onEach(used, path, ({ name = '', request = '' }, at) => {
    if (name === '') return [required(at)];
    const errors: Check = [];
    const key = request === '' ? name : `${name}/${request}`;
    if (seen.has(name)) errors.push(duplicate(at, name));
    else {
      if (request !== '') errors.push(...follows(`${at}.request`, request, isDns1123Label));
      if (seen.has(key)) errors.push(duplicate(at, key));
      else if (request === '')
        for (const other of seen)
          if (other.startsWith(`${name}/`)) errors.push(duplicate(at, name));
      seen.add(key);
    }
    if (known.has(name)) return errors;
    const which = known.size === 0 ? ' which is empty' : `: ${[...known].sort().join(', ')}`;
    const detail = `must be one of the names in pod.spec.resourceClaims${which}`;
    return [...errors, { ...notFound(at, name), detail }];
  });
}

/**
 * `resources` of a container: names, amounts, and no request above its limit.
 *
 * @param claims names of the claims of the pod
 */
export function validateResources(
  resources: Loose,
  path: string,
  claims: ReadonlySet<string>,
  nameCheck: (name: string, path: string) => Check = validateContainerResourceName,
): Check {
  const errors: Check = [];
  const limits: Record<string, string> = resources?.limits ?? {};
  const requests: Record<string, string> = resources?.requests ?? {};
  for (const [name, value] of Object.entries(limits)) {
    errors.push(...nameCheck(name, `${path}.limits[${name}]`));
    errors.push(...validateAmount(name, value, `${path}.limits[${name}]`));
  }
  for (const [name, value] of Object.entries(requests)) {
    errors.push(...nameCheck(name, `${path}.requests[${name}]`));
    errors.push(...validateAmount(name, value, `${path}.requests[${name}]`));
    const limit = limits[name];
    const exact = isHugePages(name) || !isNative(name);
    if (limit !== undefined) {
      const order = parseQuantity(String(value)).compare(parseQuantity(String(limit)));
      if (exact && order !== 0)
        errors.push(
          invalid(`${path}.requests`, value, `must be equal to ${name} limit of ${limit}`),
        );
      else if (order > 0)
        errors.push(
          invalid(
            `${path}.requests`,
            value,
            `must be less than or equal to ${name} limit of ${limit}`,
          ),
        );
    } else if (exact)
      errors.push(required(`${path}.limits`, 'Limit must be set for non overcommitable resources'));
  }
  const names = [...Object.keys(limits), ...Object.keys(requests)];
  if (names.some(isHugePages) && !names.includes('cpu') && !names.includes('memory'))
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  return [...errors, ...validateClaims(resources?.claims, `${path}.claims`, claims)];
}
