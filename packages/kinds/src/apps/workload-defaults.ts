import type { KubeObject } from '@dormice/apimachinery';
import { claimDefaults } from '../core/claim-defaults.ts';
import { podTemplateDefaults } from '../core/pod-defaults.ts';
import { each, type Loose } from '../loose.ts';

const specOf = (object: KubeObject): Loose => object['spec'] ?? {};

export function deploymentDefaults(deployment: KubeObject): void {
  const spec = specOf(deployment);
  spec.replicas ??= 1;
  spec.strategy ??= {};
  spec.strategy.type ||= 'RollingUpdate';
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {};
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%';
    spec.strategy.rollingUpdate.maxSurge ??= '25%';
  }
  spec.revisionHistoryLimit ??= 10;
  spec.progressDeadlineSeconds ??= 600;
  podTemplateDefaults(spec.template);
}

export function replicaSetDefaults(replicaSet: KubeObject): void {
  const spec = specOf(replicaSet);
  spec.replicas ??= 1;
  podTemplateDefaults(spec.template);
}

export function statefulSetDefaults(statefulSet: KubeObject): void {
  const spec = specOf(statefulSet);
  spec.podManagementPolicy ||= 'OrderedReady';
  spec.updateStrategy ??= {};
  if (!spec.updateStrategy.type) {
    spec.updateStrategy.type = 'RollingUpdate';
    spec.updateStrategy.rollingUpdate ??= {};
  }
  // Who names the strategy and not its settings gets none.
  const { type, rollingUpdate } = spec.updateStrategy;
  if (type === 'RollingUpdate' && rollingUpdate) rollingUpdate.partition ??= 0;
  spec.persistentVolumeClaimRetentionPolicy ??= {};
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ||= 'Retain';
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ||= 'Retain';
  spec.replicas ??= 1;
  spec.revisionHistoryLimit ??= 10;
  podTemplateDefaults(spec.template);
  for (const claim of each(spec.volumeClaimTemplates)) {
    claim.apiVersion ||= 'v1';
    claim.kind ||= 'PersistentVolumeClaim';
    claimDefaults(claim);
  }
}

export function daemonSetDefaults(daemonSet: KubeObject): void {
  const spec = specOf(daemonSet);
  spec.updateStrategy ??= {};
  spec.updateStrategy.type ||= 'RollingUpdate';
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {};
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1;
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0;
  }
  spec.revisionHistoryLimit ??= 10;
  podTemplateDefaults(spec.template);
}
