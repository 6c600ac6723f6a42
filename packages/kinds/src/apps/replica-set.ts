import { formatSelector, templateCells } from '../columns.ts';
import { podOwnerNameWarnings } from '../core/name-warnings.ts';
import { templateWarnings } from '../core/pod-warnings.ts';
import { kind } from '../kind-module.ts';
import { replicasScale } from '../scale.ts';
import { validateReplicaSet, validateReplicaSetUpdate } from './validate-workloads.ts';
import { replicaSetDefaults } from './workload-defaults.ts';

export const replicaSet = kind({
  group: 'apps',
  resource: 'replicasets',
  warningsOnCreate: podOwnerNameWarnings,
  scale: replicasScale,
  cells: {
    Desired: (object) => object['spec']?.replicas ?? 0,
    Current: (object) => object['status']?.replicas ?? 0,
    Ready: (object) => object['status']?.readyReplicas ?? 0,
    ...templateCells(
      (object) => object['spec']?.template,
      (object) => formatSelector(object['spec']?.selector),
    ),
  },
  defaults: replicaSetDefaults,
  warnings: templateWarnings,
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
});
