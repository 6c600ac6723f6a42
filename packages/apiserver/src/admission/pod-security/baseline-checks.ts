import { harmlessCapabilities } from '../plugins/harmless-capabilities.ts';
import {
  type Check,
  type Container,
  containersThat,
  naming,
  plural,
  quoted,
  setters,
  sorted,
} from './pod-view.ts';

const allowedAppArmor = new Set(['RuntimeDefault', 'Localhost']);
const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

const isForbiddenAppArmor = (profile: { type: string } | undefined): boolean =>
  profile !== undefined && !allowedAppArmor.has(profile.type);

export const appArmorProfile: Check = (pod) => {
  const { security, annotations, containers } = pod;
  const own = isForbiddenAppArmor(security.appArmorProfile);
  const bad = containersThat(pod, (context) => isForbiddenAppArmor(context.appArmorProfile));
  const notes = Object.entries(annotations)
    .filter(([key]) => key.startsWith(appArmorPrefix))
    .filter(([, v]) => v !== '' && v !== 'runtime/default' && !v.startsWith('localhost/'))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .sort();
  const profiles = [security, ...containers.map((one) => one.securityContext ?? {})]
    .map((context) => context.appArmorProfile)
    .filter(isForbiddenAppArmor)
    .map((profile) => profile?.type ?? '');
  const values = [...sorted(profiles), ...notes];
  if (values.length === 0) return undefined;
  const who = [setters(own, bad), notes.length > 0 ? plural('annotation', notes) : undefined];
  return {
    reason: plural('forbidden AppArmor profile', values),
    detail: `${who.filter((one) => one !== undefined).join(' and ')} must not set AppArmor profile type to ${quoted(values)}`,
  };
};

export const capabilities: Check = (pod) => {
  const extra = (added: string[] = []) => added.filter((name) => !harmlessCapabilities.has(name));
  const bad = containersThat(pod, (context) => extra(context.capabilities?.add).length > 0);
  if (bad.length === 0) return undefined;
  const names = sorted(
    pod.containers.flatMap(({ securityContext }) => extra(securityContext?.capabilities?.add)),
  );
  return {
    reason: 'non-default capabilities',
    detail: `${naming(bad)} must not include ${quoted(names)} in securityContext.capabilities.add`,
  };
};

export const hostNamespaces: Check = ({ spec }) => {
  const used = ['hostNetwork', 'hostPID', 'hostIPC'].filter((key) => spec[key] === true);
  if (used.length === 0) return undefined;
  return { reason: 'host namespaces', detail: used.map((key) => `${key}=true`).join(', ') };
};

export const hostPathVolumes: Check = ({ spec }) => {
  const names = ((spec.volumes ?? []) as { name: string; hostPath?: unknown }[])
    .filter(({ hostPath }) => hostPath !== undefined)
    .map(({ name }) => name);
  if (names.length === 0) return undefined;
  return { reason: 'hostPath volumes', detail: `${plural('volume', names)} ${quoted(names)}` };
};

const uses = (names: readonly string[]): string => (names.length === 1 ? 'uses' : 'use');

export const hostPorts: Check = ({ containers }) => {
  const portsOf = ({ ports = [] }: Container): string[] =>
    ports.filter(({ hostPort }) => hostPort).map(({ hostPort }) => String(hostPort));
  const bad = containers.filter((one) => portsOf(one).length > 0).map(({ name }) => name);
  if (bad.length === 0) return undefined;
  const ports = sorted(containers.flatMap(portsOf));
  return {
    reason: 'hostPort',
    detail: `${naming(bad)} ${uses(bad)} ${plural('hostPort', ports)} ${ports.join(', ')}`,
  };
};

export const hostProbes: Check = ({ containers }) => {
  const hostsOf = ({ lifecycle, ...probes }: Container): string[] =>
    [
      probes.livenessProbe,
      probes.readinessProbe,
      probes.startupProbe,
      lifecycle?.postStart,
      lifecycle?.preStop,
    ]
      .flatMap((handler) => [handler?.httpGet?.host, handler?.tcpSocket?.host])
      .filter((host): host is string => typeof host === 'string' && host !== '');
  const bad = sorted(containers.filter((one) => hostsOf(one).length > 0).map(({ name }) => name));
  if (bad.length === 0) return undefined;
  const hosts = sorted(containers.flatMap(hostsOf));
  return {
    reason: 'probe or lifecycle host',
    detail: `${naming(bad)} ${uses(bad)} ${plural('probe or lifecycle host', hosts)} ${quoted(hosts)}`,
  };
};

export const privileged: Check = (pod) => {
  const bad = containersThat(pod, (context) => context.privileged === true);
  if (bad.length === 0) return undefined;
  return {
    reason: 'privileged',
    detail: `${naming(bad)} must not set securityContext.privileged=true`,
  };
};

export const procMount: Check = (pod) => {
  const bad = containersThat(pod, (context) => (context.procMount ?? 'Default') !== 'Default');
  if (bad.length === 0) return undefined;
  const types = sorted(
    pod.containers
      .map(({ securityContext }) => securityContext?.procMount ?? 'Default')
      .filter((type) => type !== 'Default'),
  );
  return {
    reason: 'procMount',
    detail: `${naming(bad)} must not set securityContext.procMount to ${quoted(types)}`,
  };
};

export const hostProcess: Check = (pod) => {
  const bad = containersThat(pod, (context) => context.windowsOptions?.hostProcess === true);
  const who = setters(pod.security.windowsOptions?.hostProcess === true, bad);
  if (who === undefined) return undefined;
  return {
    reason: 'hostProcess',
    detail: `${who} must not set securityContext.windowsOptions.hostProcess=true`,
  };
};

export const sysctls =
  (allowed: ReadonlySet<string>): Check =>
  ({ security }) => {
    const bad = (security.sysctls ?? [])
      .map(({ name }) => name)
      .filter((name) => !allowed.has(name));
    return bad.length === 0 ? undefined : { reason: 'forbidden sysctls', detail: bad.join(', ') };
  };

/** @param types besides none */
export const seLinuxOptions =
  (types: ReadonlySet<string>): Check =>
  (pod) => {
    const isBadType = (type = ''): boolean => type !== '' && !types.has(type);
    const isBad = ({ seLinuxOptions: options }: typeof pod.security): boolean =>
      options !== undefined && (isBadType(options.type) || !!options.user || !!options.role);
    const who = setters(isBad(pod.security), containersThat(pod, isBad));
    if (who === undefined) return undefined;
    const all = [pod.security, ...pod.containers.map((one) => one.securityContext ?? {})].flatMap(
      ({ seLinuxOptions: options }) => options ?? [],
    );
    const bad = sorted(all.map(({ type }) => type ?? '').filter(isBadType));
    const data = [
      ...(bad.length > 0 ? [`${plural('type', bad)} ${quoted(bad)}`] : []),
      ...(all.some(({ user }) => user) ? ['user may not be set'] : []),
      ...(all.some(({ role }) => role) ? ['role may not be set'] : []),
    ];
    return {
      reason: 'seLinuxOptions',
      detail: `${who} set forbidden securityContext.seLinuxOptions: ${data.join('; ')}`,
    };
  };
