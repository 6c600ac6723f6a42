import { validateReplicaStatus } from '../apps/validate-replica-status.ts';
import { formatLabels, templateCells } from '../columns.ts';
import { kind } from '../kind-module.ts';
import { replicasScale } from '../scale.ts';
import { podOwnerNameWarnings } from './name-warnings.ts';
import { podTemplateDefaults } from './pod-defaults.ts';
import { templateWarnings } from './pod-warnings.ts';
import { validateReplicationController } from './validate-small.ts';

export const replicationController = kind({
  group: '',
  resource: 'replicationcontrollers',
  nameRule: 'declared',
  warningsOnCreate: podOwnerNameWarnings,
  scale: replicasScale,
  defaultPropagation: 'orphan',
  cells: {
    Desired: (object) => object['spec']?.replicas ?? 0,
    Current: (object) => object['status']?.replicas ?? 0,
    Ready: (object) => object['status']?.readyReplicas ?? 0,
    ...templateCells(
      (object) => object['spec']?.template,
      (object) => formatLabels(object['spec']?.selector),
    ),
  },
  defaults: (object) => {
    const spec = object['spec'];
    if (!spec) return;
    spec.replicas ??= 1;
    const labels = spec.template?.metadata?.labels;
    if (labels) {
      if (Object.keys(spec.selector ?? {}).length === 0) spec.selector = { ...labels };
      if (Object.keys(object.metadata.labels ?? {}).length === 0)
        object.metadata.labels = { ...labels };
    }
    podTemplateDefaults(spec.template);
  },
  warnings: templateWarnings,
  validate: validateReplicationController,
  validateUpdate: (next, _old, { subresource }) =>
    subresource === 'status'
      ? validateReplicaStatus(next['status'], ['fullyLabeledReplicas'], 'readyReplicas')
      : validateReplicationController(next),
  fieldSelectors: { 'status.replicas': (object) => String(object['status']?.replicas ?? 0) },
});
