import type { KubeObject } from '@dormice/apimachinery';
import type { Loose } from '../../loose.ts';

/** What the API allows, and every resolver reads. */
const nameserverLimit = 3;
const searchLimit = 32;

/** Name resolution through the virtual cluster's own DNS for pods that ask for the cluster's. */
export function hostDns(
  pod: KubeObject,
  { dnsAddress, domain }: { dnsAddress?: string; domain: string },
): Loose {
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork } = pod.spec ?? {};
  const cluster =
    dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork);
  if (!cluster || dnsAddress === undefined) {
    return { dnsPolicy, ...(dnsConfig === undefined ? {} : { dnsConfig }) };
  }
  const options: Loose[] = dnsConfig?.options ?? [];
  const searches = [
    `${pod.metadata.namespace}.svc.${domain}`,
    `svc.${domain}`,
    domain,
    ...(dnsConfig?.searches ?? []),
  ];
  const nameservers = [dnsAddress, ...(dnsConfig?.nameservers ?? [])];
  return {
    dnsPolicy: 'None',
    dnsConfig: {
      nameservers: [...new Set(nameservers)].slice(0, nameserverLimit),
      searches: [...new Set(searches)].slice(0, searchLimit),
      options: options.some(({ name }) => name === 'ndots')
        ? options
        : [{ name: 'ndots', value: '5' }, ...options],
    },
  };
}

/** The names by which programs look for the API even where DNS is not theirs. */
export function apiAliases(
  pod: KubeObject,
  { apiServiceIp, domain }: { apiServiceIp?: string; domain: string },
): Loose[] {
  const own: Loose[] = pod.spec?.hostAliases ?? [];
  if (apiServiceIp === undefined) return own;
  const names = [
    'kubernetes.default',
    'kubernetes.default.svc',
    `kubernetes.default.svc.${domain}`,
    ...(pod.metadata.namespace === 'default' ? ['kubernetes'] : []),
  ];
  const taken = new Set(own.flatMap(({ hostnames }) => hostnames ?? []));
  return [...own, { ip: apiServiceIp, hostnames: names.filter((name) => !taken.has(name)) }].filter(
    ({ hostnames }) => hostnames.length > 0,
  );
}
