import { claim, type OracleCase, object, service } from './builders.ts';

/** Services, configuration and storage that are refused. */
export const refusedCore: readonly OracleCase[] = [
  { name: 'service without ports', object: service({}) },
  { name: 'service with a bad port', object: service({ ports: [{ port: 0 }] }) },
  {
    name: 'service with nameless ports',
    object: service({ ports: [{ port: 1 }, { port: 2 }] }),
  },
  {
    name: 'service with one port twice',
    object: service({
      ports: [
        { port: 1, name: 'a' },
        { port: 1, name: 'a' },
      ],
    }),
  },
  {
    name: 'service with bad choices',
    object: service({ type: 'Foo', sessionAffinity: 'Bar', ports: [{ port: 1, protocol: 'X' }] }),
  },
  {
    name: 'headless load balancer',
    object: service({ type: 'LoadBalancer', clusterIP: 'None', ports: [{ port: 1 }] }),
  },
  {
    name: 'cluster service with a node port',
    object: service({ ports: [{ port: 1, nodePort: 30_000 }] }),
  },
  { name: 'external name without name', object: service({ type: 'ExternalName' }) },
  {
    name: 'service with a bad address',
    object: service({ clusterIP: 'abc', ports: [{ port: 1 }] }),
  },
  {
    name: 'external traffic policy inside',
    object: service({ externalTrafficPolicy: 'Local', ports: [{ port: 1 }] }),
  },
  {
    name: 'config map with a bad key',
    object: object('v1', 'ConfigMap', { data: { 'a b': 'c' } }),
  },
  {
    name: 'config map with a key twice',
    object: object('v1', 'ConfigMap', { data: { a: 'c' }, binaryData: { a: 'eA==' } }),
  },
  {
    name: 'TLS secret without keys',
    object: object('v1', 'Secret', { type: 'kubernetes.io/tls', data: {} }),
  },
  {
    name: 'registry secret without its key',
    object: object('v1', 'Secret', { type: 'kubernetes.io/dockerconfigjson', data: {} }),
  },
  {
    name: 'basic auth secret without keys',
    object: object('v1', 'Secret', { type: 'kubernetes.io/basic-auth' }),
  },
  {
    name: 'token secret without account',
    object: object('v1', 'Secret', { type: 'kubernetes.io/service-account-token' }),
  },
  { name: 'claim without access modes', object: claim({ accessModes: [] }) },
  { name: 'claim without storage', object: claim({ resources: {} }) },
  { name: 'claim of nothing', object: claim({ resources: { requests: { storage: '0' } } }) },
  { name: 'claim with a bad mode', object: claim({ accessModes: ['Foo'], volumeMode: 'Bar' }) },
  {
    name: 'claim with modes that exclude each other',
    object: claim({ accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'] }),
  },
  {
    name: 'volume without source',
    object: object('v1', 'PersistentVolume', {
      spec: { capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] },
    }),
  },
  {
    name: 'volume without anything',
    object: object('v1', 'PersistentVolume', { spec: { hostPath: { path: '/a' } } }),
  },
];
