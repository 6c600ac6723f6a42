import type { KubeObject } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import type { Loose } from '../../loose.ts';
import { hostName } from '../../names.ts';
import { isRefusal, type TranslateContext } from '../../translator.ts';
import { podChanges } from './changes.ts';
import { type PodFacts, pod as translator } from './pod.ts';

const facts: PodFacts = {
  apiServiceIp: '10.96.0.50',
  dnsAddress: '10.96.0.53',
  domain: 'cluster.local',
  services: [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'my-db', namespace: 'shop' },
      spec: { clusterIP: '10.96.0.60', ports: [{ name: 'sql', port: 5432, protocol: 'TCP' }] },
    },
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'headless', namespace: 'shop' },
      spec: { clusterIP: 'None', ports: [{ port: 1 }] },
    },
  ],
  namespaceLabels: { team: 'blue' },
  serviceAccounts: true,
};
const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'owner' };
const context: TranslateContext = {
  cluster: { uid: 'uid', name: 'atlas', namespace: 'ws' },
  hostName: (namespace, name, purpose) => hostName('uid', namespace, name, purpose),
  owner,
  anchor: { ...owner, uid: 'anchor' },
  facts,
};
const host = (name: string, purpose?: 'tokens') => hostName('uid', 'shop', name, purpose);

function pod(spec: object, metadata: object = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-0', namespace: 'shop', uid: 'pod-uid', ...metadata },
    spec: { containers: [{ name: 'main', image: 'x' }], serviceAccountName: 'robot', ...spec },
  };
}
function translate(spec: object, metadata: object = {}): KubeObject {
  const result = translator.toHost(pod(spec, metadata), context);
  if (isRefusal(result)) throw new Error(result.message);
  return result;
}

describe('a host pod', () => {
  it('keeps labels and annotations but those that are Dormice’s own', () => {
    const { metadata } = translate(
      {},
      {
        labels: { app: 'web', 'dormice.dev/cluster': 'forged' },
        annotations: {
          note: 'x',
          'dormice.dev/uid': 'forged',
          'kubectl.kubernetes.io/last-applied-configuration': '{}',
        },
      },
    );
    expect(metadata.labels).toMatchObject({ app: 'web', 'dormice.dev/cluster': 'uid' });
    expect(metadata.annotations).toMatchObject({ note: 'x', 'dormice.dev/uid': 'pod-uid' });
    expect(metadata.annotations).not.toHaveProperty(
      'kubectl.kubernetes.io/last-applied-configuration',
    );
  });

  it('names its configuration as it is called on the host', () => {
    const { spec } = translate({
      imagePullSecrets: [{ name: 'pull' }],
      containers: [
        {
          name: 'main',
          env: [
            { name: 'A', valueFrom: { configMapKeyRef: { name: 'conf', key: 'a' } } },
            { name: 'B', valueFrom: { secretKeyRef: { name: 'sec', key: 'b' } } },
          ],
          envFrom: [{ configMapRef: { name: 'conf' } }, { secretRef: { name: 'sec' } }],
        },
      ],
      volumes: [
        { name: 'c', configMap: { name: 'conf' } },
        { name: 's', secret: { secretName: 'sec' } },
        { name: 'p', persistentVolumeClaim: { claimName: 'data' } },
        { name: 'e', ephemeral: { volumeClaimTemplate: { spec: {} } } },
        { name: 'i', csi: { driver: 'd', nodePublishSecretRef: { name: 'sec' } } },
        { name: 't', emptyDir: {} },
      ],
    });
    const own = spec.containers[0].env.filter(({ name }: Loose) => name === 'A' || name === 'B');
    expect(own.map(({ valueFrom }: Loose) => valueFrom)).toEqual([
      { configMapKeyRef: { name: host('conf'), key: 'a' } },
      { secretKeyRef: { name: host('sec'), key: 'b' } },
    ]);
    expect(spec.containers[0].envFrom).toEqual([
      { configMapRef: { name: host('conf') } },
      { secretRef: { name: host('sec') } },
    ]);
    expect(spec.imagePullSecrets).toEqual([{ name: host('pull') }]);
    expect(spec.volumes).toEqual([
      { name: 'c', configMap: { name: host('conf') } },
      { name: 's', secret: { secretName: host('sec') } },
      { name: 'p', persistentVolumeClaim: { claimName: host('data') } },
      { name: 'e', persistentVolumeClaim: { claimName: host('web-0-e') } },
      { name: 'i', csi: { driver: 'd', nodePublishSecretRef: { name: host('sec') } } },
      { name: 't', emptyDir: {} },
    ]);
  });

  it('finds tokens in its own Secret, never one of the host', () => {
    const { spec } = translate({
      volumes: [
        {
          name: 'kube-api-access',
          projected: {
            sources: [
              { serviceAccountToken: { path: 'token', expirationSeconds: 3607 } },
              { configMap: { name: 'kube-root-ca.crt' } },
              {
                downwardAPI: {
                  items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }],
                },
              },
            ],
          },
        },
      ],
    });
    expect(spec.volumes[0].projected.sources).toEqual([
      {
        secret: {
          name: host('web-0', 'tokens'),
          items: [{ key: 'kube-api-access.0', path: 'token' }],
        },
      },
      { configMap: { name: host('kube-root-ca.crt') } },
      {
        downwardAPI: {
          items: [
            {
              path: 'namespace',
              fieldRef: { fieldPath: "metadata.annotations['dormice.dev/namespace']" },
            },
          ],
        },
      },
    ]);
    expect(spec.automountServiceAccountToken).toBe(false);
    expect(spec.serviceAccountName).toBe(host('robot'));
  });

  it('gets the variables of Services before its own, which win', () => {
    const { spec } = translate({
      containers: [{ name: 'main', env: [{ name: 'MY_DB_SERVICE_HOST', value: 'own' }] }],
    });
    const env = new Map(spec.containers[0].env.map(({ name, value }: Loose) => [name, value]));
    expect(env.get('MY_DB_SERVICE_HOST')).toBe('own');
    expect(env.get('MY_DB_SERVICE_PORT_SQL')).toBe('5432');
    expect(env.get('MY_DB_PORT_5432_TCP')).toBe('tcp://10.96.0.60:5432');
    expect(env.get('KUBERNETES_SERVICE_HOST')).toBe('10.96.0.50');
    expect(env.has('HEADLESS_SERVICE_HOST')).toBe(false);
    const without = translate({ enableServiceLinks: false }).spec.containers[0].env;
    expect(without.every(({ name }: Loose) => name.startsWith('KUBERNETES_'))).toBe(true);
  });

  it('asks the virtual DNS, with the options of its author', () => {
    const { spec } = translate({
      dnsPolicy: 'ClusterFirst',
      dnsConfig: { options: [{ name: 'ndots', value: '2' }], searches: ['corp.example'] },
    });
    expect(spec.dnsPolicy).toBe('None');
    expect(spec.dnsConfig).toEqual({
      nameservers: ['10.96.0.53'],
      searches: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'corp.example'],
      options: [{ name: 'ndots', value: '2' }],
    });
    expect(translate({ dnsPolicy: 'Default' }).spec).toMatchObject({ dnsPolicy: 'Default' });
    expect(translate({ hostNetwork: true, dnsPolicy: 'ClusterFirst' }).spec.dnsPolicy).toBe(
      'ClusterFirst',
    );
  });

  it('keeps to its namespace in affinity and spreading', () => {
    const selector = { matchLabels: { app: 'web' } };
    const { spec } = translate({
      affinity: {
        podAntiAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: [
            { topologyKey: 'zone', labelSelector: selector },
            { topologyKey: 'zone', labelSelector: selector, namespaces: ['a', 'b'] },
            {
              topologyKey: 'zone',
              labelSelector: selector,
              namespaceSelector: { matchLabels: { team: 'blue' } },
            },
            { topologyKey: 'zone', labelSelector: selector, namespaceSelector: {} },
          ],
        },
      },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: selector,
        },
      ],
    });
    const terms = spec.affinity.podAntiAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    expect(terms.map(({ labelSelector }: Loose) => labelSelector.matchExpressions)).toEqual([
      [{ key: 'dormice.dev/namespace', operator: 'In', values: ['shop'] }],
      [{ key: 'dormice.dev/namespace', operator: 'In', values: ['a', 'b'] }],
      [{ key: expect.stringMatching(/^ns\.dormice\.dev\//), operator: 'In', values: ['blue'] }],
      [],
    ]);
    for (const { labelSelector } of [...terms, ...spec.topologySpreadConstraints]) {
      expect(labelSelector.matchLabels).toEqual({ app: 'web', 'dormice.dev/cluster': 'uid' });
    }
    expect(terms.some((term: Loose) => term.namespaces || term.namespaceSelector)).toBe(false);
  });

  it('that names its node goes there by way of the scheduler', () => {
    const { spec } = translate({ nodeName: 'node-1' });
    expect(spec.nodeName).toBeUndefined();
    expect(
      spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms,
    ).toEqual([{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] }]);
  });

  it('is not made when it cannot mean the same', () => {
    const result = translator.toHost(
      pod({
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              { topologyKey: 'z', namespaces: ['a'], namespaceSelector: {} },
            ],
          },
        },
      }),
      context,
    );
    expect(result).toMatchObject({ refused: true, reason: 'UnsupportedAffinity' });
    expect(translator.toHost(pod({ resourceClaims: [{ name: 'gpu' }] }), context)).toMatchObject({
      refused: true,
    });
  });
});

describe('a change of a pod', () => {
  const made = translate({}, { labels: { app: 'web', old: 'x' }, annotations: { note: '1' } });

  it('is none when nothing changed, whatever the host added', () => {
    const mutated = {
      ...made,
      metadata: { ...made.metadata, labels: { ...made.metadata.labels, injected: 'yes' } },
    };
    const same = pod({}, { labels: { app: 'web', old: 'x' }, annotations: { note: '1' } });
    expect(podChanges(mutated, same, context)).toBeUndefined();
  });

  it('removes what the author removed, and only that', () => {
    const changed = podChanges(made, pod({}, { labels: { app: 'web' } }), context);
    expect(changed.metadata.labels).toEqual({ old: null });
    expect(changed.metadata.annotations).toMatchObject({ note: null });
  });

  it('opens scheduling gates and adds tolerations', () => {
    const gated = translate({ schedulingGates: [{ name: 'a' }, { name: 'b' }] });
    const toleration = { key: 'x', operator: 'Exists' };
    const changed = podChanges(
      gated,
      pod({ schedulingGates: [{ name: 'b' }], tolerations: [toleration] }),
      context,
    );
    expect(changed.spec).toEqual({
      schedulingGates: [{ name: 'a', $patch: 'delete' }],
      tolerations: [toleration],
    });
  });
});
