import { parseQuantity } from '@dormice/apimachinery';
import type { Container, Pod } from './pod.ts';

/** Amounts of what a pod asks for; CPU in cores, memory in bytes. */
export interface Requests {
  cpu: number;
  memory: number;
}

const amount = (text: string | undefined): number => {
  if (text === undefined) return 0;
  return Number(parseQuantity(text).toNumber());
};

const requestsOf = ({ resources }: Container): Requests => ({
  cpu: amount(resources?.requests?.['cpu']),
  memory: amount(resources?.requests?.['memory']),
});

const add = (a: Requests, b: Requests): Requests => ({
  cpu: a.cpu + b.cpu,
  memory: a.memory + b.memory,
});
const larger = (a: Requests, b: Requests): Requests => ({
  cpu: Math.max(a.cpu, b.cpu),
  memory: Math.max(a.memory, b.memory),
});
const none: Requests = { cpu: 0, memory: 0 };

/** What the scheduler reserves: all containers and sidecars together, or the largest init container. */
export function podRequests({ spec }: Pod): Requests {
  const inits = spec.initContainers ?? [];
  const sidecars = inits
    .filter(({ restartPolicy }) => restartPolicy === 'Always')
    .map(requestsOf)
    .reduce(add, none);
  const running = spec.containers.map(requestsOf).reduce(add, sidecars);
  const starting = inits
    .filter(({ restartPolicy }) => restartPolicy !== 'Always')
    .map((container) => add(requestsOf(container), sidecars))
    .reduce(larger, none);
  return larger(running, starting);
}

export const capacityOf = (allocatable: Record<string, string> | undefined) => ({
  cpu: amount(allocatable?.['cpu']),
  memory: amount(allocatable?.['memory']),
  pods: amount(allocatable?.['pods']),
});
