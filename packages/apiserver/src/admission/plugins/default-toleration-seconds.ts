import type { AdmissionPlugin } from '../../api-server.ts';

interface Toleration {
  key?: string;
  operator?: string;
  effect?: string;
  tolerationSeconds?: number;
}

const taints = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable'];

const tolerates = (toleration: Toleration, key: string): boolean =>
  (toleration.key === key || !toleration.key) &&
  (toleration.effect === 'NoExecute' || !toleration.effect);

/** Pods stay five minutes on a node that does not answer, unless they say otherwise. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  admit({ group, resource, subresource, operation, object }) {
    if (group !== '' || resource !== 'pods' || subresource !== '' || !object) return;
    if (operation !== 'CREATE' && operation !== 'UPDATE') return;
    const spec = object['spec'];
    const given: Toleration[] = spec.tolerations ?? [];
    const missing = taints.filter((key) => !given.some((toleration) => tolerates(toleration, key)));
    if (missing.length === 0) return;
    spec.tolerations = [
      ...given,
      ...missing.map((key) => ({
        key,
        operator: 'Exists',
        effect: 'NoExecute',
        tolerationSeconds: 300,
      })),
    ];
  },
};
