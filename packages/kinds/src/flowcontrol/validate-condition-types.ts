import { fieldErrors, type KubeObject } from '@dormice/apimachinery';
import { type Check, needed, onEach } from '../checks.ts';

/** Conditions have a type, each another. */
export function validateConditionTypes(object: KubeObject): Check {
  const seen = new Set<string>();
  return onEach(object['status']?.conditions, 'status.conditions', ({ type = '' }, at) => {
    const again = seen.has(type);
    seen.add(type);
    return [
      ...(again ? [fieldErrors.duplicate(`${at}.type`, type)] : []),
      ...needed(`${at}.type`, type),
    ];
  });
}
