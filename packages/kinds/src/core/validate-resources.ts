import { fieldErrors, parseQuantity } from '@dormice/apimachinery';
import { type Check, nonNegativeQuantity } from '../checks.ts';
import type { Loose } from '../loose.ts';
import { isNative, validateContainerResourceName } from './resource-names.ts';

const { invalid, required } = fieldErrors;

const isHugePages = (name: string): boolean => name.startsWith('hugepages-');

function validateAmount(name: string, value: Loose, path: string): Check {
  const errors = nonNegativeQuantity(path, value);
  const whole = !isNative(name) || isHugePages(name);
  if (errors.length === 0 && whole && parseQuantity(String(value)).milliValue() % 1000n !== 0n)
    return [invalid(path, String(value), 'must be an integer')];
  return errors;
}

/** `resources` of a container: names, amounts, and no request above its limit. */
export function validateResources(
  resources: Loose,
  path: string,
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
  return errors;
}
