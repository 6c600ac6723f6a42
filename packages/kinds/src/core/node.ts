import { kind } from '../kind-module.ts';
import { usualUpdate } from '../strategy.ts';
import { nodeCells } from './node-cells.ts';
import { validateNode, validateNodeUpdate } from './validate-node.ts';

export const node = kind({
  group: '',
  resource: 'nodes',
  cells: nodeCells,
  /** Upstream: what is not said to be reserved can be allocated. */
  defaults: (object) => {
    const status = object['status'];
    if (status?.capacity) status.allocatable ??= { ...status.capacity };
  },
  /** A kubelet registers itself with its status. */
  prepareForCreate: () => {},
  prepareForUpdate: usualUpdate,
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  fieldSelectors: {
    'spec.unschedulable': (object) => String(object['spec']?.unschedulable ?? false),
  },
});
