import type { KubeObject } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import { zoneFrom } from './zone.ts';

const service = (name: string, spec: object): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name, namespace: 'shop' },
  spec,
});
const slice = (name: string, of: string, endpoints: object[], ports: object[]): KubeObject => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { name, namespace: 'shop', labels: { 'kubernetes.io/service-name': of } },
  addressType: 'IPv4',
  endpoints,
  ports,
});
const http = { name: 'http', protocol: 'TCP', port: 8080 };

const zone = zoneFrom({
  namespaces: [{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'empty' } }],
  services: [
    service('web', {
      clusterIP: '10.96.0.20',
      clusterIPs: ['10.96.0.20'],
      ports: [{ name: 'http', port: 80 }],
    }),
    service('db', { clusterIP: 'None', clusterIPs: ['None'], ports: [http] }),
    service('idle', { clusterIP: 'None', ports: [http] }),
    service('out', { type: 'ExternalName', externalName: 'example.org.' }),
  ],
  endpointSlices: [
    slice(
      'db-1',
      'db',
      [
        { addresses: ['10.244.1.5'], hostname: 'db-0', conditions: { ready: true } },
        { addresses: ['10.244.1.6'], conditions: {} },
        { addresses: ['10.244.1.7'], conditions: { ready: false } },
      ],
      [http],
    ),
    slice('idle-1', 'idle', [{ addresses: ['10.244.1.9'], conditions: { ready: false } }], [http]),
  ],
});

const data = (name: string, type = 'A') => {
  const result = zone.resolve(name, type);
  return result.found === 'records'
    ? result.answers.map((answer) => ('data' in answer ? answer.data : undefined))
    : result.found;
};

describe('the zone of a virtual cluster', () => {
  it('answers a Service with its cluster address, whatever the case', () => {
    expect(data('web.shop.svc.cluster.local')).toEqual(['10.96.0.20']);
    expect(data('WEB.Shop.svc.Cluster.Local')).toEqual(['10.96.0.20']);
  });
  it('knows the name but no address of the other family', () => {
    expect(data('web.shop.svc.cluster.local', 'AAAA')).toBe('nodata');
  });
  it('answers a headless Service with its ready endpoints', () => {
    expect(data('db.shop.svc.cluster.local')).toEqual(['10.244.1.5', '10.244.1.6']);
  });
  it('has no name for a headless Service without a ready endpoint', () => {
    expect(data('idle.shop.svc.cluster.local')).toBe('nothing');
  });
  it('answers endpoints by hostname and by dashed address', () => {
    expect(data('db-0.db.shop.svc.cluster.local')).toEqual(['10.244.1.5']);
    expect(data('10-244-1-6.db.shop.svc.cluster.local')).toEqual(['10.244.1.6']);
    expect(data('10-244-1-7.db.shop.svc.cluster.local')).toBe('nothing');
  });
  it('answers SRV for named ports', () => {
    expect(data('_http._tcp.web.shop.svc.cluster.local', 'SRV')).toEqual([
      { priority: 0, weight: 100, port: 80, target: 'web.shop.svc.cluster.local' },
    ]);
    expect(data('_http._tcp.db.shop.svc.cluster.local', 'SRV')).toEqual([
      { priority: 0, weight: 100, port: 8080, target: 'db-0.db.shop.svc.cluster.local' },
      { priority: 0, weight: 100, port: 8080, target: '10-244-1-6.db.shop.svc.cluster.local' },
    ]);
    expect(data('_https._tcp.web.shop.svc.cluster.local', 'SRV')).toBe('nothing');
  });
  it('answers an ExternalName with an alias', () => {
    expect(zone.resolve('out.shop.svc.cluster.local', 'A')).toMatchObject({
      found: 'alias',
      target: 'example.org',
    });
  });
  it('answers pod names in namespaces that exist', () => {
    expect(data('10-1-2-3.shop.pod.cluster.local')).toEqual(['10.1.2.3']);
    expect(data('10-1-2-3.empty.pod.cluster.local')).toEqual(['10.1.2.3']);
    expect(data('10-1-2-3.other.pod.cluster.local')).toBe('nothing');
    expect(data('300-1-2-3.shop.pod.cluster.local')).toBe('nothing');
  });
  it('tells a name that is only a branch from one that is not there', () => {
    expect(data('shop.svc.cluster.local')).toBe('nodata');
    expect(data('svc.cluster.local')).toBe('nodata');
    expect(data('nobody.svc.cluster.local')).toBe('nothing');
    expect(data('nobody.shop.svc.cluster.local')).toBe('nothing');
  });
  it('says the version of the specification', () => {
    expect(data('dns-version.cluster.local', 'TXT')).toEqual(['1.1.0']);
  });
  it('names addresses, and keeps silent about private ones that it does not know', () => {
    expect(data('20.0.96.10.in-addr.arpa', 'PTR')).toEqual(['web.shop.svc.cluster.local']);
    expect(data('5.1.244.10.in-addr.arpa', 'PTR')).toEqual(['db-0.db.shop.svc.cluster.local']);
    expect(data('6.1.244.10.in-addr.arpa', 'PTR')).toBe('nothing');
    expect(data('8.8.8.8.in-addr.arpa', 'PTR')).toBe('elsewhere');
  });
  it('leaves other names to others', () => {
    expect(data('example.org')).toBe('elsewhere');
    expect(data('notcluster.local')).toBe('elsewhere');
  });
});
