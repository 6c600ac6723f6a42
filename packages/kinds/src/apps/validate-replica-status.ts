import { fieldErrors } from '@dormice/apimachinery';
import { type Check, nonNegative } from '../checks.ts';
import type { Loose } from '../loose.ts';

const { invalid } = fieldErrors;

/** Counters that no status may have below zero, in upstream's order after the ones of the kind. */
const plain = ['unavailableReplicas', 'terminatingReplicas', 'collisionCount'];

/**
 * The relations that the status of a workload must keep: nothing is more than all. `counted` are the counters that only
 * some kinds have; `readyName` is how the last message calls the ready ones.
 */
export function validateReplicaStatus(
  status: Loose,
  counted: readonly string[],
  readyName: string,
): Check {
  const of = (name: string): number => status?.[name] ?? 0;
  const parts = [...counted, 'readyReplicas', 'availableReplicas'];
  const names = ['observedGeneration', 'replicas', ...parts, ...plain];
  return [
    ...names.flatMap((name) => nonNegative(`status.${name}`, status?.[name])),
    ...parts
      .filter((name) => of(name) > of('replicas'))
      .map((name) => invalid(`status.${name}`, of(name), 'cannot be greater than status.replicas')),
    ...(of('availableReplicas') > of('readyReplicas')
      ? [
          invalid(
            'status.availableReplicas',
            of('availableReplicas'),
            `cannot be greater than ${readyName}`,
          ),
        ]
      : []),
  ];
}
