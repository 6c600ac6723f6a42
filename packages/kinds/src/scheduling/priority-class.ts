import { kind } from '../kind-module.ts';
import { validatePriorityClass, validatePriorityClassUpdate } from './validate-priority-class.ts';

export const priorityClass = kind({
  group: 'scheduling.k8s.io',
  resource: 'priorityclasses',
  cells: {
    Value: (object) => object['value'] ?? 0,
    'Global-Default': (object) => object['globalDefault'] ?? false,
    PreemptionPolicy: (object) => object['preemptionPolicy'] ?? '',
  },
  defaults: (object) => {
    object['preemptionPolicy'] ??= 'PreemptLowerPriority';
  },
  // It begins with a generation, and never counts.
  prepareForCreate: (object) => {
    object.metadata.generation = 1;
  },
  generation: false,
  validate: validatePriorityClass,
  validateUpdate: validatePriorityClassUpdate,
});
