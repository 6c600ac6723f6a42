import type { KubeObject } from '@dormice/apimachinery';
import { each, type Loose, setDefault } from '../loose.ts';
import { defaultPullPolicy } from './image-name.ts';
import { podLevelDefaults } from './pod-level-resources.ts';
import { lifecycleDefaults, probeDefaults } from './probe-defaults.ts';
import { volumeDefaults } from './volume-defaults.ts';

function containerDefaults(container: Loose): void {
  setDefault(container, 'imagePullPolicy', defaultPullPolicy(container.image ?? ''));
  setDefault(container, 'terminationMessagePath', '/dev/termination-log');
  setDefault(container, 'terminationMessagePolicy', 'File');
  for (const port of each(container.ports)) setDefault(port, 'protocol', 'TCP');
  for (const { valueFrom } of each(container.env)) {
    if (valueFrom?.fieldRef) setDefault(valueFrom.fieldRef, 'apiVersion', 'v1');
    if (valueFrom?.resourceFieldRef) valueFrom.resourceFieldRef.divisor ??= '0';
    if (valueFrom?.fileKeyRef) valueFrom.fileKeyRef.optional ??= false;
  }
  probeDefaults(container.livenessProbe);
  probeDefaults(container.readinessProbe);
  probeDefaults(container.startupProbe);
  lifecycleDefaults(container.lifecycle);
}

const allContainers = (spec: Loose): Loose[] => [
  ...each(spec.initContainers),
  ...each(spec.containers),
  ...each(spec.ephemeralContainers),
];

/** Fields of features that are off by default in 1.35: upstream takes them away without a word. */
function dropDisabledFields(spec: Loose): void {
  delete spec.workloadRef;
  for (const { projected } of each(spec.volumes))
    for (const source of each(projected?.sources)) {
      delete source.clusterTrustBundle;
      delete source.podCertificate;
    }
  for (const field of ['containers', 'initContainers', 'ephemeralContainers'])
    for (const container of each(spec[field])) {
      if (container?.lifecycle?.stopSignal === undefined) continue;
      delete container.lifecycle.stopSignal;
      if (Object.keys(container.lifecycle).length === 0) delete container.lifecycle;
    }
}

/** What every pod spec gets, in a pod and in a template. */
export function podSpecDefaults(spec: Loose): void {
  dropDisabledFields(spec);
  const account = spec.serviceAccountName || spec.serviceAccount;
  if (account) {
    spec.serviceAccountName = account;
    spec.serviceAccount = account;
  }
  setDefault(spec, 'dnsPolicy', 'ClusterFirst');
  setDefault(spec, 'restartPolicy', 'Always');
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  setDefault(spec, 'schedulerName', 'default-scheduler');
  for (const volume of each(spec.volumes)) volumeDefaults(volume);
  for (const container of allContainers(spec)) containerDefaults(container);
}

/** A pod template of a workload. */
export function podTemplateDefaults(template: Loose): void {
  if (template?.spec) podSpecDefaults(template.spec);
}

/** Whoever asks for a limit asks for as much. */
function requestsFromLimits(resources: Loose): void {
  if (!resources?.limits) return;
  resources.requests = { ...resources.limits, ...resources.requests };
}

/** On the host's network a port of a container is a port of the node. */
function hostPorts(container: Loose): void {
  for (const port of each(container.ports)) setDefault(port, 'hostPort', port.containerPort);
}

/** A pod: what its spec gets, and what only pods get. */
export function podDefaults(pod: KubeObject): void {
  const { spec } = pod as { spec?: Loose };
  if (!spec) return;
  podSpecDefaults(spec);
  spec.enableServiceLinks ??= true;
  for (const container of [...each(spec.initContainers), ...each(spec.containers)]) {
    requestsFromLimits(container.resources);
    if (spec.hostNetwork) hostPorts(container);
  }
  podLevelDefaults(spec);
}
