import {
  fieldErrors,
  isDns1123Label,
  type KubeObject,
  validateLabels,
} from '@dormice/apimachinery';
import { type Check, follows, immutable, onEach } from '../checks.ts';
import { validateTolerations } from '../core/validate-affinity.ts';
import { validateResources } from '../core/validate-resources.ts';
import type { Loose } from '../loose.ts';

/** Where pods of a class may run. */
function validateScheduling({ nodeSelector, tolerations }: Loose): Check {
  const path = 'scheduling.tolerations';
  const seen = new Set<string>();
  return [
    ...validateLabels(nodeSelector ?? {}, 'scheduling.nodeSelector'),
    ...validateTolerations(tolerations, path),
    ...onEach(tolerations, path, (toleration, at) => {
      const { key = '', operator = '', value = '', effect = '' } = toleration;
      const identity = JSON.stringify([key, operator, value, effect]);
      if (seen.has(identity)) return [fieldErrors.duplicate(at, toleration)];
      seen.add(identity);
      return [];
    }),
  ];
}

export const validateRuntimeClass = (object: KubeObject): Check => [
  ...follows('handler', object['handler'] ?? '', isDns1123Label),
  ...(object['overhead']
    ? validateResources({ limits: object['overhead'].podFixed }, 'overhead', new Set())
    : []),
  ...(object['scheduling'] ? validateScheduling(object['scheduling']) : []),
];

export const validateRuntimeClassUpdate = (next: KubeObject, old: KubeObject): Check => [
  ...validateRuntimeClass(next),
  ...immutable('handler', next['handler'], old['handler']),
];
