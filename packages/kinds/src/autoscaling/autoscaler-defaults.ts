import type { KubeObject } from '@dormice/apimachinery';
import { type Loose, setDefault } from '../loose.ts';

const cpuTarget = () => ({
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
});

function scaleUp(rules: Loose): void {
  rules.stabilizationWindowSeconds ??= 0;
  setDefault(rules, 'selectPolicy', 'Max');
  rules.policies ??= [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ];
}

function scaleDown(rules: Loose): void {
  setDefault(rules, 'selectPolicy', 'Max');
  rules.policies ??= [{ type: 'Percent', value: 100, periodSeconds: 15 }];
}

/** autoscaling/v2: one replica at least, 80 % of the requested CPU where no metric is named. */
export function autoscalerDefaults(hpa: KubeObject): void {
  const { spec } = hpa as { spec?: Loose };
  if (!spec) return;
  spec.minReplicas ??= 1;
  if (!spec.metrics || spec.metrics.length === 0) spec.metrics = [cpuTarget()];
  if (!spec.behavior) return;
  spec.behavior.scaleUp ??= {};
  spec.behavior.scaleDown ??= {};
  scaleUp(spec.behavior.scaleUp);
  scaleDown(spec.behavior.scaleDown);
}
