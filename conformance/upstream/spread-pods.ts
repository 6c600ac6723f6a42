const labels = { app: 'spread' };

/**
 * Two pods on two nodes: a virtual cluster shows the nodes that its pods run on, and a spec of the suite wants two that
 * are ready.
 */
export const spreadPods = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'spread', namespace: 'kube-system' },
  spec: {
    replicas: 2,
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        terminationGracePeriodSeconds: 1,
        affinity: {
          podAntiAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: 'kubernetes.io/hostname', labelSelector: { matchLabels: labels } },
            ],
          },
        },
        containers: [{ name: 'main', image: 'busybox:1.35', command: ['sleep', '86400'] }],
      },
    },
  },
};
