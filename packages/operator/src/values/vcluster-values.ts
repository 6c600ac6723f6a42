import type { JsonObject } from '@dormice/apimachinery';
import type { VirtualClusterSpec } from '../virtual-cluster.ts';

/** A spec as a person writes it: the CRD fills in the rest. */
export type SpecDraft = { [K in keyof VirtualClusterSpec]?: unknown };

export interface ValuesResult {
  spec: SpecDraft;
  /** One line for each key that cannot be honoured: it names the key, its value and the way out. */
  problems: string[];
}

type Value = unknown;
/** Says what is wrong with a value, or nothing when the rule took it. */
type Rule = (value: Value, spec: SpecDraft) => string | undefined;

const show = (value: Value): string => JSON.stringify(value);

/** Is done anyway, so only `true` can be honoured. */
const alwaysOn: Rule = (value) =>
  value === true || value === 'auto'
    ? undefined
    : `is ${show(value)}, but Dormice always does this; remove the key`;

/** Is not built: only "off" can be honoured. */
const notBuilt =
  (what: string): Rule =>
  (value) =>
    value === false || value === 'auto' || value === null
      ? undefined
      : `is ${show(value)}, but ${what} is not built yet; remove the key or set it to false`;

const only =
  (allowed: Value, why: string): Rule =>
  (value) =>
    value === allowed ? undefined : `is ${show(value)}; only ${show(allowed)} is possible: ${why}`;

const ignored: Rule = () => undefined;

const isMap = (value: Value): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sets a nested field of the draft. */
function put(spec: SpecDraft, path: string, value: Value): void {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  let at = spec as Record<string, unknown>;
  for (const key of keys) {
    if (!isMap(at[key])) at[key] = {};
    at = at[key] as Record<string, unknown>;
  }
  at[last] = value;
}

const boolean =
  (path: string): Rule =>
  (value, spec) => {
    if (value === 'auto') return undefined;
    if (typeof value !== 'boolean') return `is ${show(value)}; write true or false`;
    put(spec, path, value);
    return undefined;
  };

const stringList =
  (path: string): Rule =>
  (value, spec) => {
    const good = Array.isArray(value) && value.every((entry) => typeof entry === 'string');
    if (!good) return `is ${show(value)}; write a list of strings`;
    put(spec, path, value);
    return undefined;
  };

const stringMap =
  (path: string): Rule =>
  (value, spec) => {
    if (!isMap(value)) return `is ${show(value)}; write a map of strings`;
    const entries = Object.entries(value).map(([key, entry]) => [key, String(entry)]);
    put(spec, path, Object.fromEntries(entries));
    return undefined;
  };

const persistence: Rule = (value, spec) => {
  if (value === 'auto' || value === true) return undefined;
  if (value !== false) return `is ${show(value)}; write true, false or "auto"`;
  put(spec, 'mode', 'Dynamic');
  put(spec, 'controlPlane.persistence.type', 'Ephemeral');
  return undefined;
};

const distro =
  (name: string): Rule =>
  (value) =>
    value === true
      ? `is true, but the ${name} control plane is not built yet; remove the key to get the embedded one`
      : undefined;

/** vCluster's keys by path. A rule takes the whole value below its path. */
const rules: Record<string, Rule> = {
  'controlPlane.distro.k8s.enabled': distro('k8s'),
  'controlPlane.distro.k0s.enabled': distro('k0s'),
  'controlPlane.distro.k3s.enabled': distro('k3s'),
  'controlPlane.proxy.extraSANs': stringList('controlPlane.proxy.extraSANs'),
  'controlPlane.statefulSet.persistence.volumeClaim.enabled': persistence,
  'controlPlane.coredns.enabled': alwaysOn,
  'controlPlane.backingStore.etcd.embedded.enabled': notBuilt('an etcd of its own'),
  'controlPlane.backingStore.etcd.deploy.enabled': notBuilt('an etcd of its own'),
  'controlPlane.ingress.enabled': notBuilt('an Ingress for the API'),
  'sync.toHost.pods.enabled': alwaysOn,
  'sync.toHost.services.enabled': alwaysOn,
  'sync.toHost.endpoints.enabled': alwaysOn,
  'sync.toHost.endpointSlices.enabled': alwaysOn,
  'sync.toHost.persistentVolumeClaims.enabled': alwaysOn,
  'sync.toHost.configMaps.enabled': alwaysOn,
  'sync.toHost.configMaps.all': notBuilt('copying ConfigMaps that no pod uses'),
  'sync.toHost.secrets.enabled': alwaysOn,
  'sync.toHost.secrets.all': notBuilt('copying Secrets that no pod uses'),
  'sync.toHost.serviceAccounts.enabled': boolean('sync.toHost.serviceAccounts.enabled'),
  'sync.toHost.ingresses.enabled': notBuilt('copying Ingresses'),
  'sync.toHost.networkPolicies.enabled': notBuilt('copying NetworkPolicies'),
  'sync.toHost.podDisruptionBudgets.enabled': notBuilt('copying PodDisruptionBudgets'),
  'sync.toHost.priorityClasses.enabled': notBuilt('copying PriorityClasses'),
  'sync.toHost.storageClasses.enabled': notBuilt('copying StorageClasses to the host'),
  'sync.toHost.persistentVolumes.enabled': notBuilt('copying PersistentVolumes'),
  'sync.toHost.volumeSnapshots.enabled': notBuilt('copying VolumeSnapshots'),
  'sync.fromHost.events.enabled': alwaysOn,
  'sync.fromHost.storageClasses.enabled': boolean('sync.fromHost.storageClasses.enabled'),
  'sync.fromHost.secrets.enabled': boolean('sync.fromHost.secrets.enabled'),
  'sync.fromHost.secrets.mappings.byName': stringMap('sync.fromHost.secrets.mappings.byName'),
  'sync.fromHost.configMaps.enabled': notBuilt('copying ConfigMaps from the host'),
  'sync.fromHost.nodes.enabled': notBuilt('copying all Nodes'),
  'sync.fromHost.ingressClasses.enabled': notBuilt('copying IngressClasses'),
  'sync.fromHost.runtimeClasses.enabled': notBuilt('copying RuntimeClasses'),
  'sync.fromHost.priorityClasses.enabled': notBuilt('copying PriorityClasses'),
  'sync.fromHost.csiNodes.enabled': notBuilt('copying CSINodes'),
  'sync.fromHost.csiDrivers.enabled': notBuilt('copying CSIDrivers'),
  'sync.fromHost.csiStorageCapacities.enabled': notBuilt('copying CSIStorageCapacities'),
  'sleepMode.enabled': ignored,
  'sleepMode.autoSleep.afterInactivity': (value, spec) => {
    if (typeof value !== 'string' || !/^([0-9]+(s|m|h))+$/.test(value)) {
      return `is ${show(value)}; write a duration such as "30m"`;
    }
    put(spec, 'sleep.afterIdle', value);
    return undefined;
  },
  'policies.resourceQuota.enabled': ignored,
  'policies.resourceQuota.quota': stringMap('quota'),
  'policies.limitRange.enabled': notBuilt('a LimitRange'),
  'policies.networkPolicy.enabled': notBuilt('a NetworkPolicy'),
  'networking.advanced.clusterDomain': only('cluster.local', 'it is the cluster domain of the DNS'),
  'telemetry.enabled': only(false, 'Dormice sends no telemetry'),
};

/** Reads a vcluster.yaml: what Dormice has becomes a spec, everything else a problem that names the key. */
export function specFromVclusterValues(values: unknown): ValuesResult {
  const spec: SpecDraft = {};
  if (values === undefined || values === null) return { spec, problems: [] };
  if (!isMap(values))
    return { spec, problems: [`the file is ${show(values)}; write a map of values`] };
  const problems: string[] = [];
  const visit = (value: Value, path: string): void => {
    const rule = rules[path];
    if (rule) {
      const problem = rule(value, spec);
      if (problem !== undefined) problems.push(`${path} ${problem}`);
    } else if (isMap(value) && Object.keys(rules).some((key) => key.startsWith(`${path}.`))) {
      for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key}`);
    } else {
      problems.push(`${path} (${show(value)}) is not known to Dormice; remove the key`);
    }
  };
  for (const [key, value] of Object.entries(values)) visit(value, key);
  if (isMap(values['sleepMode']) && values['sleepMode']['enabled'] === false) delete spec.sleep;
  const quota = isMap(values['policies']) && values['policies']['resourceQuota'];
  if (isMap(quota) && quota['enabled'] === false) delete spec.quota;
  return { spec, problems };
}
