import { type KubeObject, parseQuantity } from '@dormice/apimachinery';
import { type Amounts, one, zero } from './amounts.ts';
import type { Evaluator } from './evaluator.ts';

const names = ['count/services', 'services', 'services.nodeports', 'services.loadbalancers'];

/** Services, and what the outside sees of them. */
export const serviceEvaluator: Evaluator = {
  handles: ({ operation, subresource }) =>
    subresource === '' && (operation === 'CREATE' || operation === 'UPDATE'),
  measures: (name) => names.includes(name),
  inScope: () => false,
  usage,
};

function usage({ spec }: KubeObject): Amounts {
  const ports: { nodePort?: number }[] = spec?.ports ?? [];
  const count = (some: unknown[]) => parseQuantity(String(some.length));
  const balanced = spec?.type === 'LoadBalancer';
  const chosen =
    balanced && spec.allocateLoadBalancerNodePorts === false
      ? ports.filter(({ nodePort }) => nodePort)
      : balanced || spec?.type === 'NodePort'
        ? ports
        : [];
  return new Map([
    ['count/services', one],
    ['services', one],
    ['services.loadbalancers', balanced ? one : zero],
    ['services.nodeports', count(chosen)],
  ]);
}
