import { formatLabels, formatSelector, templateCells } from '../columns.ts';
import { kind } from '../kind-module.ts';
import { validateDaemonSet, validateDaemonSetUpdate } from './validate-daemon-set.ts';
import { daemonSetDefaults } from './workload-defaults.ts';

export const daemonSet = kind({
  group: 'apps',
  resource: 'daemonsets',
  cells: {
    Desired: (object) => object['status']?.desiredNumberScheduled ?? 0,
    Current: (object) => object['status']?.currentNumberScheduled ?? 0,
    Ready: (object) => object['status']?.numberReady ?? 0,
    'Up-to-date': (object) => object['status']?.updatedNumberScheduled ?? 0,
    Available: (object) => object['status']?.numberAvailable ?? 0,
    'Node Selector': (object) => formatLabels(object['spec']?.template?.spec?.nodeSelector),
    ...templateCells(
      (object) => object['spec']?.template,
      (object) => formatSelector(object['spec']?.selector),
    ),
  },
  defaults: daemonSetDefaults,
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
});
