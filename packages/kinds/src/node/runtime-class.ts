import { kind } from '../kind-module.ts';
import { validateRuntimeClass, validateRuntimeClassUpdate } from './validate-runtime-class.ts';

export const runtimeClass = kind({
  group: 'node.k8s.io',
  resource: 'runtimeclasses',
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  cells: { Handler: (object) => object['handler'] ?? '' },
  validate: validateRuntimeClass,
  validateUpdate: validateRuntimeClassUpdate,
});
