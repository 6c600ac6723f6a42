import { type KubeObject, parseQuantity } from '@dormice/apimachinery';
import { each, type Loose } from '../loose.ts';

const counted = ['cpu', 'memory'];

/** Sum over containers of what is asked for, without zeros. */
const positive = (resources: Record<string, string> | undefined): [string, string][] =>
  Object.entries(resources ?? {}).filter(
    ([name, value]) => counted.includes(name) && parseQuantity(value).sign > 0,
  );

/** The quality-of-service class: `Guaranteed`, `Burstable` or `BestEffort`. */
export function podQosClass(pod: KubeObject): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const spec: Loose = pod['spec'] ?? {};
  const holders: Loose[] = spec.resources
    ? [spec]
    : [...each(spec.containers), ...each(spec.initContainers)];
  let asks = false;
  let guaranteed = holders.length > 0;
  for (const { resources } of holders) {
    const requests = Object.fromEntries(positive(resources?.requests));
    const limits = Object.fromEntries(positive(resources?.limits));
    if (Object.keys(requests).length + Object.keys(limits).length > 0) asks = true;
    for (const name of counted) {
      const limit = limits[name];
      const request = requests[name] ?? limit;
      if (
        limit === undefined ||
        request === undefined ||
        parseQuantity(limit).compare(parseQuantity(request)) !== 0
      )
        guaranteed = false;
    }
  }
  if (!asks) return 'BestEffort';
  return guaranteed ? 'Guaranteed' : 'Burstable';
}
