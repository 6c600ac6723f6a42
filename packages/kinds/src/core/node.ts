import { kind } from '../kind-module.ts';
import type { Loose } from '../loose.ts';
import { usualUpdate } from '../strategy.ts';
import { nodeCells } from './node-cells.ts';
import { validateNode, validateNodeUpdate } from './validate-node.ts';

/** The old field is the first of the new one's, and counts where they differ. */
function alignRanges(spec: Loose): void {
  if (!spec) return;
  const { podCIDR, podCIDRs } = spec;
  if (podCIDR && podCIDR !== podCIDRs?.[0]) spec.podCIDRs = [podCIDR];
  else if (podCIDRs?.[0]) spec.podCIDR = podCIDRs[0];
}

export const node = kind({
  group: '',
  resource: 'nodes',
  cells: nodeCells,
  /** Upstream: what is not said to be reserved can be allocated. */
  defaults: (object) => {
    const status = object['status'];
    if (status?.capacity) status.allocatable ??= { ...status.capacity };
    alignRanges(object['spec']);
  },
  /** A kubelet registers itself with its status. */
  prepareForCreate: (object) => {
    delete object['spec']?.configSource;
    delete object['status']?.config;
  },
  prepareForUpdate: (next, old, context) => {
    usualUpdate(next, old, context);
    if (!old['spec']?.configSource) delete next['spec']?.configSource;
    if (!old['status']?.config) delete next['status']?.config;
  },
  warnings: ({ spec = {} }) =>
    spec['externalID']
      ? ['spec.externalID: this field is deprecated, and is unused by Kubernetes']
      : [],
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
  fieldSelectors: {
    'spec.unschedulable': (object) => String(object['spec']?.unschedulable ?? false),
  },
});
