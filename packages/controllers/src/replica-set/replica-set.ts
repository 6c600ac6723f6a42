import type { Condition, KubeObject, LabelSelectorObject } from '@dormice/apimachinery';
import type { PodTemplate } from '../common/pod.ts';

export interface ReplicaSet extends KubeObject {
  spec: {
    replicas?: number;
    minReadySeconds?: number;
    selector: LabelSelectorObject;
    template: PodTemplate;
  };
  status?: ReplicaSetStatus;
}

export interface ReplicaSetStatus {
  replicas: number;
  fullyLabeledReplicas?: number;
  readyReplicas?: number;
  availableReplicas?: number;
  /** ReplicaSets only: pods on their way out. */
  terminatingReplicas?: number;
  observedGeneration?: number;
  conditions?: Condition[];
}
