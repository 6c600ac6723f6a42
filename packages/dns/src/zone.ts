import type { KubeObject } from '@dormice/apimachinery';
import type { Answer } from 'dns-packet';
import {
  clusterAddresses,
  dashed,
  type Endpoint,
  type EndpointPort,
  externalName,
  isHeadless,
  isIpv6,
  readyEndpoints,
  type ServiceEntry,
  servicePorts,
} from './records.ts';
import { addressOfReverseName, canonicalAddress, isPrivateAddress } from './reverse.ts';

/** What a zone knows of a name. */
export type ZoneResult =
  | { found: 'records'; answers: Answer[]; additionals?: Answer[] }
  /** The name exists, the type does not. */
  | { found: 'nodata' }
  | { found: 'nothing' }
  /** An alias for a name that may lie anywhere. */
  | { found: 'alias'; answer: Answer; target: string }
  /** Not a name of this zone. */
  | { found: 'elsewhere' };

/** The names of one virtual cluster: Kubernetes' DNS specification 1.1. */
export interface DnsZone {
  /** Without dots at the ends: `cluster.local`. */
  readonly domain: string;
  resolve(name: string, type: string): ZoneResult;
}

/** Where a zone looks. */
export interface ZoneData {
  service(namespace: string, name: string): ServiceEntry | undefined;
  hasNamespace(namespace: string): boolean;
  /** Fully qualified names of an address. */
  namesOf(address: string): readonly string[];
}

/** Seconds. Short, since a virtual cluster that wakes has other addresses. */
export const ttl = 5;

export function createZone(data: ZoneData, domain = 'cluster.local'): DnsZone {
  return {
    domain,
    resolve(question, type) {
      const name = question.toLowerCase().replace(/\.$/, '');
      if (name.endsWith('.arpa')) return reverse(data, question, name, type);
      if (name === domain) return { found: 'nodata' };
      if (!name.endsWith(`.${domain}`)) return { found: 'elsewhere' };
      const labels = name.slice(0, -domain.length - 1).split('.');
      const branch = labels.pop();
      const ask: Question = { name: question, type, labels, domain };
      if (branch === 'svc') return serviceBranch(data, ask);
      if (branch === 'pod') return podBranch(data, ask);
      if (branch === 'dns-version' && labels.length === 0) {
        return ofType(type, [{ type: 'TXT', name: question, ttl, data: '1.1.0' }]);
      }
      return { found: 'nothing' };
    },
  };
}

/** A zone of given objects. */
export function zoneFrom(
  objects: {
    services: readonly KubeObject[];
    endpointSlices: readonly KubeObject[];
    namespaces?: readonly KubeObject[];
  },
  domain = 'cluster.local',
): DnsZone {
  const entries = new Map<string, { service: KubeObject; slices: KubeObject[] }>();
  const key = (object: KubeObject, name: string | undefined) =>
    `${object.metadata.namespace}/${name}`;
  for (const service of objects.services) {
    entries.set(key(service, service.metadata.name), { service, slices: [] });
  }
  for (const slice of objects.endpointSlices) {
    entries
      .get(key(slice, slice.metadata.labels?.['kubernetes.io/service-name']))
      ?.slices.push(slice);
  }
  const namespaces = new Set(
    [...objects.services, ...(objects.namespaces ?? [])].map(
      ({ metadata }) => metadata.namespace ?? metadata.name,
    ),
  );
  const reverseNames = reverseNamesOf(entries.values(), domain);
  return createZone(
    {
      service: (namespace, name) => entries.get(`${namespace}/${name}`),
      hasNamespace: (namespace) => namespaces.has(namespace),
      namesOf: (address) => reverseNames.get(address) ?? [],
    },
    domain,
  );
}

/** Address → names, for PTR: Services by cluster address, endpoints of headless ones that have a hostname. */
export function reverseNamesOf(
  entries: Iterable<ServiceEntry>,
  domain: string,
): Map<string, string[]> {
  const names = new Map<string, string[]>();
  const add = (address: string, name: string) => {
    const key = canonicalAddress(address);
    names.set(key, [...(names.get(key) ?? []), name]);
  };
  for (const entry of entries) {
    const { name, namespace } = entry.service.metadata;
    const full = `${name}.${namespace}.svc.${domain}`;
    for (const address of clusterAddresses(entry)) add(address, full);
    if (!isHeadless(entry)) continue;
    for (const { named, label, address } of readyEndpoints(entry)) {
      if (named) add(address, `${label}.${full}`);
    }
  }
  return names;
}

interface Question {
  name: string;
  type: string;
  /** Left of `svc` or `pod`. */
  labels: string[];
  domain: string;
}

function serviceBranch(data: ZoneData, ask: Question): ZoneResult {
  const labels = [...ask.labels];
  const namespace = labels.pop();
  const name = labels.pop();
  if (namespace === undefined) return { found: 'nodata' };
  if (name === undefined) {
    return data.hasNamespace(namespace) ? { found: 'nodata' } : { found: 'nothing' };
  }
  const entry = data.service(namespace, name);
  if (!entry) return { found: 'nothing' };
  const target = externalName(entry);
  if (target !== undefined) {
    if (labels.length > 0 || target === '') return { found: 'nothing' };
    return {
      found: 'alias',
      answer: { type: 'CNAME', name: ask.name, ttl, data: target.replace(/\.$/, '') },
      target: target.replace(/\.$/, ''),
    };
  }
  const full = `${name}.${namespace}.svc.${ask.domain}`;
  const ports = labels.every((label) => label.startsWith('_'));
  if (labels.length > 0 && ports) return portRecords(entry, ask, full, labels);
  if (labels.length > 1) return { found: 'nothing' };
  return addressRecords(entry, ask, full, labels[0]);
}

/** The Service itself, or one endpoint of it. */
function addressRecords(
  entry: ServiceEntry,
  ask: Question,
  full: string,
  label: string | undefined,
): ZoneResult {
  const endpoints =
    label === undefined && !isHeadless(entry)
      ? undefined
      : readyEndpoints(entry).filter(
          (endpoint) =>
            label === undefined || endpoint.label === label || dashed(endpoint.address) === label,
        );
  if (endpoints?.length === 0) return { found: 'nothing' };
  if (ask.type === 'SRV') return serviceRecords(entry, ask, full, () => true, endpoints);
  const addresses = endpoints?.map(({ address }) => address) ?? clusterAddresses(entry);
  return ofType(
    ask.type,
    addresses.map((address) => addressRecord(ask.name, address)),
  );
}

/** `_port._protocol.service`; shorter forms exist as empty names. */
function portRecords(
  entry: ServiceEntry,
  ask: Question,
  full: string,
  labels: string[],
): ZoneResult {
  const [first = '', second] = labels.map((label) => label.slice(1));
  const matches = (port: EndpointPort) =>
    second === undefined
      ? port.protocol === first
      : port.protocol === second && port.name === first;
  if (labels.length > 2) return { found: 'nothing' };
  const result = serviceRecords(entry, ask, full, matches);
  if (result.found !== 'records') return result;
  return second === undefined || ask.type !== 'SRV' ? { found: 'nodata' } : result;
}

function serviceRecords(
  entry: ServiceEntry,
  ask: Question,
  full: string,
  matches: (port: EndpointPort) => boolean,
  endpoints: Endpoint[] | undefined = isHeadless(entry) ? readyEndpoints(entry) : undefined,
): ZoneResult {
  const targets = endpoints
    ? endpoints.map(({ label, address, ports }) => ({
        target: `${label}.${full}`,
        addresses: [address],
        ports,
      }))
    : [{ target: full, addresses: clusterAddresses(entry), ports: servicePorts(entry) }];
  const answers: Answer[] = [];
  const additionals: Answer[] = [];
  for (const { target, addresses, ports } of targets) {
    const fitting = ports.filter(matches);
    for (const { port } of fitting) {
      const data = { priority: 0, weight: 100, port, target };
      answers.push({ type: 'SRV', name: ask.name, ttl, data });
    }
    if (fitting.length === 0) continue;
    additionals.push(...addresses.map((address) => addressRecord(target, address)));
  }
  return answers.length === 0 ? { found: 'nothing' } : { found: 'records', answers, additionals };
}

/** `1-2-3-4.namespace.pod`: says what it was asked, as every cluster does, for namespaces that exist. */
function podBranch(data: ZoneData, { name, type, labels }: Question): ZoneResult {
  const [label, namespace] = labels.length === 1 ? [undefined, labels[0]] : labels;
  if (namespace === undefined) return { found: 'nodata' };
  if (labels.length > 2 || !data.hasNamespace(namespace)) return { found: 'nothing' };
  if (label === undefined) return { found: 'nodata' };
  const ipv4 = /^\d{1,3}(-\d{1,3}){3}$/.test(label) ? label.replaceAll('-', '.') : undefined;
  if (ipv4?.split('.').every((part) => Number(part) < 256)) {
    return ofType(type, [addressRecord(name, ipv4)]);
  }
  const ipv6 = label.replaceAll('-', ':');
  if (/^[0-9a-f:]+$/.test(ipv6) && ipv6.includes(':') && URL.canParse(`http://[${ipv6}]`)) {
    return ofType(type, [addressRecord(name, canonicalAddress(ipv6))]);
  }
  return { found: 'nothing' };
}

function reverse(data: ZoneData, question: string, name: string, type: string): ZoneResult {
  const address = addressOfReverseName(name);
  if (address === undefined) return { found: 'elsewhere' };
  const names = data.namesOf(address);
  if (names.length > 0) {
    return ofType(
      type,
      names.map((target) => ({ type: 'PTR', name: question, ttl, data: target })),
    );
  }
  return { found: isPrivateAddress(address) ? 'nothing' : 'elsewhere' };
}

function addressRecord(name: string, address: string): Answer {
  return { type: isIpv6(address) ? 'AAAA' : 'A', name, ttl, data: address };
}

function ofType(type: string, answers: Answer[]): ZoneResult {
  const fitting = answers.filter((answer) => answer.type === type || type === 'ANY');
  return fitting.length === 0 ? { found: 'nodata' } : { found: 'records', answers: fitting };
}
