import { templateCells } from '../columns.ts';
import { revisedWarnings } from '../core/pod-warnings.ts';
import { kind } from '../kind-module.ts';
import { replicasScale } from '../scale.ts';
import { validateStatefulSet, validateStatefulSetUpdate } from './validate-stateful-set.ts';
import { statefulSetDefaults } from './workload-defaults.ts';

export const statefulSet = kind({
  group: 'apps',
  resource: 'statefulsets',
  nameRule: 'label',
  scale: replicasScale,
  cells: {
    Ready: (object) => `${object['status']?.readyReplicas ?? 0}/${object['spec']?.replicas ?? 0}`,
    ...templateCells(
      (object) => object['spec']?.template,
      () => '',
    ),
  },
  defaults: statefulSetDefaults,
  warnings: revisedWarnings,
  validate: validateStatefulSet,
  validateUpdate: validateStatefulSetUpdate,
});
