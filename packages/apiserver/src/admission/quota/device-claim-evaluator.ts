import { type KubeObject, parseQuantity } from '@dormice/apimachinery';
import { type Amounts, one, sum } from './amounts.ts';
import type { Evaluator } from './evaluator.ts';

const counted = 'count/resourceclaims.resource.k8s.io';
const ofClass = '.deviceclass.resource.k8s.io/devices';

/** The most devices that one request gets. */
const most = 32;

/** Claims of devices: how many of each class they want. */
export const deviceClaimEvaluator: Evaluator = {
  handles: ({ operation, subresource }) =>
    subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  measures: (name) => name === counted || name.endsWith(ofClass),
  inScope: () => false,
  usage,
};

interface Wish {
  deviceClassName: string;
  allocationMode?: string;
  count?: number;
}

const devices = ({ allocationMode, count = 0 }: Wish): number =>
  allocationMode === 'All' ? most : allocationMode === 'ExactCount' ? count : 0;

function usage({ spec }: KubeObject): Amounts {
  let total: Amounts = new Map([[counted, one]]);
  for (const { exactly, firstAvailable } of spec?.devices?.requests ?? []) {
    // Of alternatives one is taken: each class counts with the most that it may be.
    const wishes: Wish[] = firstAvailable ?? (exactly ? [exactly] : []);
    const largest = new Map<string, number>();
    for (const wish of wishes) {
      const name = `${wish.deviceClassName}${ofClass}`;
      largest.set(name, Math.max(largest.get(name) ?? 0, devices(wish)));
    }
    total = sum(
      total,
      new Map([...largest].map(([name, count]) => [name, parseQuantity(String(count))])),
    );
  }
  return total;
}
