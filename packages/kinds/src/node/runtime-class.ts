import { deepEqual, fieldErrors, isDns1123Label } from '@dormice/apimachinery';
import { kind } from '../kind-module.ts';

export const runtimeClass = kind({
  group: 'node.k8s.io',
  resource: 'runtimeclasses',
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  cells: { Handler: (object) => object['handler'] ?? '' },
  validate: (object) =>
    isDns1123Label(object['handler'] ?? '').map((why) =>
      fieldErrors.invalid('handler', object['handler'] ?? '', why),
    ),
  validateUpdate: (next, old) =>
    deepEqual(next['handler'], old['handler'])
      ? []
      : [fieldErrors.invalid('handler', next['handler'], 'field is immutable')],
});
