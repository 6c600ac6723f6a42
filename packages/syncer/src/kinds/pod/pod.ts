import type { KubeObject, ObjectMeta } from '@dormice/apimachinery';
import { hostMetadata } from '../../host-metadata.ts';
import { namespaceLabelKey } from '../../labels.ts';
import type { Loose } from '../../loose.ts';
import {
  isRefusal,
  type Refusal,
  refusal,
  type TranslateContext,
  type Translator,
} from '../../translator.ts';
import { hostAffinity, hostSpread } from './affinity.ts';
import { hostContainer } from './containers.ts';
import { apiAliases, hostDns } from './dns.ts';
import { downwardAnnotations } from './downward.ts';
import { serviceEnvironment } from './service-environment.ts';
import { virtualStatus } from './status.ts';
import { hostVolume } from './volumes.ts';

/** What a pod's translation depends on besides the pod. */
export interface PodFacts {
  /** Cluster address of the virtual API; absent where pods are simulated. */
  apiServiceIp?: string;
  /** Cluster address of the virtual DNS. */
  dnsAddress?: string;
  /** `cluster.local`. */
  domain: string;
  /** Services of the pod's namespace. */
  services: readonly KubeObject[];
  namespaceLabels: Record<string, string>;
  /** Are ServiceAccounts copied to the host? Otherwise pods run as the host namespace's `default`, without token. */
  serviceAccounts: boolean;
}

/** Fields that say where the pod is or who it is; the host finds its own. */
const dropped = [
  'nodeName',
  'serviceAccount',
  'subdomain',
  'setHostnameAsFQDN',
  'priority',
  'priorityClassName',
  'preemptionPolicy',
  'overhead',
  'ephemeralContainers',
] as const;

/** Set by the autoscaler's users; otherwise derived from whether somebody would make the pod again. */
const safeToEvict = 'cluster-autoscaler.kubernetes.io/safe-to-evict';

export const pod: Translator = {
  group: '',
  resource: 'pods',
  toHost(object, context) {
    const refused = unsupported(object);
    if (refused) return refused;
    const spec = hostSpec(object, context);
    if (isRefusal(spec)) return spec;
    return { apiVersion: 'v1', kind: 'Pod', metadata: podMetadata(object, context), spec };
  },
  toVirtual: (host, object, context) => ({
    ...object,
    status: virtualStatus(host, object, context),
  }),
};

/** Host metadata of a pod; also what changes when labels or annotations change. */
export function podMetadata(object: KubeObject, context: TranslateContext): ObjectMeta {
  const facts = context.facts as PodFacts;
  const controlled = (object.metadata.ownerReferences ?? []).some((owner) => owner.controller);
  const metadata = hostMetadata(object, context, [
    { ...context.anchor, ...(controlled ? { controller: true } : {}) },
  ]);
  const fromNamespace = Object.entries(facts.namespaceLabels).map(([key, value]) => [
    namespaceLabelKey(key),
    value,
  ]);
  return {
    ...metadata,
    labels: { ...metadata.labels, ...Object.fromEntries(fromNamespace) },
    annotations: {
      [safeToEvict]: String(controlled),
      ...metadata.annotations,
      ...downwardAnnotations(object),
    },
  };
}

function hostSpec(object: KubeObject, context: TranslateContext): Loose | Refusal {
  const facts = context.facts as PodFacts;
  const { name = '', namespace = '' } = object.metadata;
  const spec: Loose = { ...object.spec };
  for (const field of dropped) delete spec[field];
  const nameOf = (own: string) => context.hostName(namespace, own);
  const affinity = hostAffinity(object, context.cluster.uid);
  if (affinity && isRefusal(affinity)) return affinity;
  const spread = hostSpread(object, context.cluster.uid);
  const variables = podVariables(object, facts);
  const containers = (list: Loose[] | undefined) =>
    list?.map((container) => hostContainer(container, nameOf, variables));
  const volumes = {
    podName: name,
    nameOf,
    tokenSecret: context.hostName(namespace, name, 'tokens'),
  };
  const aliases = apiAliases(object, facts);
  const { affinity: _, dnsConfig: _dns, ...rest } = spec;
  return {
    ...rest,
    ...hostDns(object, facts),
    containers: containers(spec.containers),
    ...(spec.initContainers ? { initContainers: containers(spec.initContainers) } : {}),
    ...(spec.volumes
      ? { volumes: spec.volumes.map((volume: Loose) => hostVolume(volume, volumes)) }
      : {}),
    ...(spec.imagePullSecrets
      ? {
          imagePullSecrets: spec.imagePullSecrets.map((reference: Loose) => ({
            name: nameOf(reference.name),
          })),
        }
      : {}),
    ...(affinity ? { affinity } : {}),
    ...(spread ? { topologySpreadConstraints: spread } : {}),
    ...(aliases.length > 0 ? { hostAliases: aliases } : {}),
    ...(spec.hostNetwork ? {} : { hostname: spec.hostname ?? hostnameOf(name) }),
    serviceAccountName: facts.serviceAccounts
      ? nameOf(spec.serviceAccountName ?? 'default')
      : 'default',
    automountServiceAccountToken: false,
    enableServiceLinks: false,
  };
}

/** The variables that every container of the pod gets. */
export function podVariables(object: KubeObject, facts: PodFacts) {
  const links = object.spec?.enableServiceLinks !== false;
  return serviceEnvironment(facts.services, facts.apiServiceIp, links);
}

/** What the kubelet would take for a pod of this name: a DNS label. */
function hostnameOf(name: string): string {
  return name.slice(0, 63).replaceAll('.', '-').replace(/-+$/, '');
}

function unsupported(object: KubeObject): Refusal | undefined {
  if (object.spec?.resourceClaims?.length > 0) {
    return refusal(
      'UnsupportedPod',
      'spec.resourceClaims: dynamic resource allocation is not synced',
    );
  }
  const volumes: Loose[] = object.spec?.volumes ?? [];
  const at = volumes.findIndex((volume) =>
    (volume.projected?.sources ?? []).some(
      (source: Loose) => source.clusterTrustBundle || source.podCertificate,
    ),
  );
  if (at >= 0) {
    return refusal(
      'UnsupportedPod',
      `spec.volumes[${at}].projected: clusterTrustBundle and podCertificate sources are not synced`,
    );
  }
  return undefined;
}
