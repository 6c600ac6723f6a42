import type { KubeObject } from '@dormice/apimachinery';
import { each } from '../loose.ts';

/** For containers: the default limit is the maximum, the default request the default limit, else the minimum. */
export function limitRangeDefaults(range: KubeObject): void {
  for (const item of each(range['spec']?.limits)) {
    if (item.type !== 'Container') continue;
    const limits = { ...item.max, ...item.default };
    const requests = { ...item.min, ...limits, ...item.defaultRequest };
    if (Object.keys(limits).length > 0) item.default = limits;
    if (Object.keys(requests).length > 0) item.defaultRequest = requests;
  }
}
