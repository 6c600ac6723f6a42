import { deepClone, formatTime, type KubeObject, parseApiVersion } from '@dormice/apimachinery';
import { bootstrapObjects, kindOf } from '@dormice/kinds';
import type { Change } from '@dormice/storage';
import { frontProxyChanges } from './aggregator/front-proxy.ts';
import type { ServerContext } from './context.ts';
import { commitError } from './registry/commit.ts';
import { keyOf } from './registry/keys.ts';
import { storedBytes } from './registry/stored.ts';

/**
 * Upstream has this role from metrics-server; here the cluster serves `metrics.k8s.io` itself. The aggregated roles hold
 * its rule from the start.
 */
const metricsReader: KubeObject = {
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: {
    name: 'system:aggregated-metrics-reader',
    labels: {
      'rbac.authorization.k8s.io/aggregate-to-admin': 'true',
      'rbac.authorization.k8s.io/aggregate-to-edit': 'true',
      'rbac.authorization.k8s.io/aggregate-to-view': 'true',
    },
  },
  rules: [
    {
      apiGroups: ['metrics.k8s.io'],
      resources: ['pods', 'nodes'],
      verbs: ['get', 'list', 'watch'],
    },
  ],
};

/** Says since when legacy tokens' use is noted: the controller manager's cleaner of them looks here. */
const tokenTracking = (now: Date): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'kube-apiserver-legacy-service-account-token-tracking',
    namespace: 'kube-system',
  },
  data: { since: now.toISOString().slice(0, 10) },
});

/**
 * Writes what every new cluster has (namespaces, RBAC roles and bindings, priority classes …) in one commit: either all
 * of it is there or none. What exists is left as it is, so that a tenant's changes stay.
 */
export async function bootstrapCluster(context: ServerContext): Promise<void> {
  const created = formatTime(context.now());
  const changes: Change[] = [];
  for (const template of [...bootstrapObjects(), metricsReader, tokenTracking(context.now())]) {
    const { group, version } = parseApiVersion(template.apiVersion);
    const kind = kindOf(group, version, template.kind);
    if (!kind) continue;
    const { name = '', namespace = '' } = template.metadata;
    const key = keyOf(kind, namespace, name);
    if (context.store.get(key)) continue;
    const draft = deepClone(template);
    kind.defaults?.(draft);
    kind.prepareForCreate?.(draft, { now: context.now(), uuid: context.uuid, subresource: '' });
    const object: KubeObject = {
      ...draft,
      metadata: {
        ...draft.metadata,
        uid: context.uuid(),
        creationTimestamp: created,
        ...(kind.generation ? { generation: 1 } : {}),
      },
    };
    changes.push({ key, expected: 0, value: storedBytes(kind, object) });
  }
  changes.push(...(await frontProxyChanges(context)));
  if (changes.length === 0) return;
  try {
    await context.store.commit(changes);
  } catch (error) {
    throw commitError(error);
  }
}
