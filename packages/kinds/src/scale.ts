import type { ScaleSpec } from './kind.ts';

/** The scale subresource of everything that keeps `spec.replicas` pods with `spec.selector`. */
export const replicasScale: ScaleSpec = {
  specReplicasPath: '.spec.replicas',
  statusReplicasPath: '.status.replicas',
  labelSelectorPath: '.spec.selector',
};
