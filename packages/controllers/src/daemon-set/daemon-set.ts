import type { Condition, KubeObject, LabelSelectorObject } from '@dormice/apimachinery';
import type { PodTemplate, Toleration } from '../common/pod.ts';

export interface DaemonSet extends KubeObject {
  spec: {
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
    selector: LabelSelectorObject;
    template: PodTemplate;
    updateStrategy?: {
      type?: 'RollingUpdate' | 'OnDelete';
      rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string };
    };
  };
  status?: DaemonSetStatus;
}

export interface DaemonSetStatus {
  currentNumberScheduled: number;
  numberMisscheduled: number;
  desiredNumberScheduled: number;
  numberReady: number;
  observedGeneration?: number;
  updatedNumberScheduled?: number;
  numberAvailable?: number;
  numberUnavailable?: number;
  collisionCount?: number;
  conditions?: Condition[];
}

const exists = (key: string, effect: string): Toleration => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect,
});

/** Taints that keep no daemon away. */
export const daemonTolerations = (hostNetwork: boolean): Toleration[] => [
  exists('not-ready', 'NoExecute'),
  exists('unreachable', 'NoExecute'),
  exists('disk-pressure', 'NoSchedule'),
  exists('memory-pressure', 'NoSchedule'),
  exists('pid-pressure', 'NoSchedule'),
  exists('unschedulable', 'NoSchedule'),
  ...(hostNetwork ? [exists('network-unavailable', 'NoSchedule')] : []),
];
