import { formatSelector, templateCells } from '../columns.ts';
import { podOwnerNameWarnings } from '../core/name-warnings.ts';
import { templateWarnings } from '../core/pod-warnings.ts';
import { kind } from '../kind-module.ts';
import { replicasScale } from '../scale.ts';
import { validateDeployment, validateDeploymentUpdate } from './validate-workloads.ts';
import { deploymentDefaults } from './workload-defaults.ts';

export const deployment = kind({
  group: 'apps',
  resource: 'deployments',
  generationOf: 'annotations',
  warningsOnCreate: podOwnerNameWarnings,
  statusKeeps: 'labels',
  scale: replicasScale,
  cells: {
    Ready: (object) => `${object['status']?.readyReplicas ?? 0}/${object['spec']?.replicas ?? 0}`,
    'Up-to-date': (object) => object['status']?.updatedReplicas ?? 0,
    Available: (object) => object['status']?.availableReplicas ?? 0,
    ...templateCells(
      (object) => object['spec']?.template,
      (object) => formatSelector(object['spec']?.selector),
    ),
  },
  defaults: deploymentDefaults,
  warnings: templateWarnings,
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
});
