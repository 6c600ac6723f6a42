import type { KubeObject } from '@dormice/apimachinery';
import type { Cell } from '../kind-module.ts';

function usage(quota: KubeObject, limits: boolean): string {
  const { hard = {}, used = {} } = quota['status'] ?? {};
  return Object.keys(hard)
    .filter((resource) => resource.startsWith('limits.') === limits)
    .sort()
    .map((resource) => `${resource}: ${used[resource] ?? '0'}/${hard[resource]}`)
    .join(', ');
}

/** The columns of `kubectl get quota`. */
export const resourceQuotaCells: Readonly<Record<string, Cell>> = {
  Request: (quota) => usage(quota, false),
  Limit: (quota) => usage(quota, true),
};
