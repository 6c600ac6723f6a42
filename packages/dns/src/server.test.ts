import { createSocket } from 'node:dgram';
import net from 'node:net';
import type { KubeObject } from '@dormice/apimachinery';
import dns, { type DecodedPacket, type Packet } from 'dns-packet';
import { afterEach, describe, expect, it } from 'vitest';
import { framed, parseServer } from './forwarder.ts';
import { createDnsServer, type DnsServer } from './server.ts';
import { type DnsZone, zoneFrom } from './zone.ts';

const host = '127.0.0.1';
const servers: DnsServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(zone: DnsZone | undefined, upstream: string[] = []): Promise<number> {
  const server = createDnsServer({ zoneOf: () => zone, upstream, log: () => undefined });
  servers.push(server);
  return (await server.listen({ host, port: 0 })).port;
}

const query = (name: string, type = 'A', udpPayloadSize?: number): Buffer =>
  dns.encode({
    type: 'query',
    id: 4711,
    flags: dns.RECURSION_DESIRED,
    questions: [{ name, type }],
    ...(udpPayloadSize === undefined
      ? {}
      : { additionals: [{ type: 'OPT', name: '.', udpPayloadSize, flags: 0, options: [] }] }),
  } as Packet);

async function udp(port: number, message: Buffer): Promise<DecodedPacket & { rcode: string }> {
  const socket = createSocket('udp4');
  try {
    const answer = new Promise<Buffer>((resolve) => socket.once('message', resolve));
    socket.send(message, port, host);
    return dns.decode(await answer) as DecodedPacket & { rcode: string };
  } finally {
    socket.close();
  }
}

async function tcp(port: number, message: Buffer): Promise<DecodedPacket> {
  const socket = net.connect(port, host);
  try {
    socket.write(framed(message));
    let received = Buffer.alloc(0);
    for await (const piece of socket) {
      received = Buffer.concat([received, piece as Buffer]);
      if (received.length >= 2 && received.length >= received.readUInt16BE(0) + 2) break;
    }
    return dns.decode(received.subarray(2));
  } finally {
    socket.destroy();
  }
}

const headless: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'many', namespace: 'default' },
  spec: { clusterIP: 'None' },
};
const alias: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'alias', namespace: 'default' },
  spec: { type: 'ExternalName', externalName: 'dns-version.cluster.local' },
};
const manyAddresses: KubeObject = {
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: {
    name: 'many-1',
    namespace: 'default',
    labels: { 'kubernetes.io/service-name': 'many' },
  },
  endpoints: Array.from({ length: 60 }, (_, at) => ({ addresses: [`10.1.0.${at + 1}`] })),
};
const zone = zoneFrom({ services: [headless, alias], endpointSlices: [manyAddresses] });

describe('the DNS server', () => {
  it('refuses who belongs to no virtual cluster', async () => {
    const port = await start(undefined);
    expect(await udp(port, query('example.org'))).toMatchObject({ rcode: 'REFUSED', id: 4711 });
  });

  it('cuts what does not fit and gives all of it over TCP', async () => {
    const port = await start(zone);
    const cut = await udp(port, query('many.default.svc.cluster.local'));
    expect(cut.flag_tc).toBe(true);
    expect(cut.answers?.length).toBeGreaterThan(5);
    const larger = await udp(port, query('many.default.svc.cluster.local', 'A', 4096));
    expect(larger.answers?.length).toBeGreaterThan(15);
    const whole = await tcp(port, query('many.default.svc.cluster.local'));
    expect(whole.answers).toHaveLength(60);
  });

  it('says of a missing name who would know, and for how long it stays missing', async () => {
    const port = await start(zone);
    const answer = await udp(port, query('nobody.default.svc.cluster.local'));
    expect(answer.rcode).toBe('NXDOMAIN');
    expect(answer.authorities).toMatchObject([{ type: 'SOA', name: 'cluster.local', ttl: 5 }]);
  });

  it('follows an alias within the zone', async () => {
    const port = await start(zone);
    const answer = await udp(port, query('alias.default.svc.cluster.local', 'TXT'));
    expect(answer.answers?.map(({ type }) => type)).toEqual(['CNAME', 'TXT']);
  });

  it('passes other names on, and on to the second resolver when the first is silent', async () => {
    const upstream = await start(
      zoneFrom(
        {
          services: [
            {
              ...headless,
              metadata: { name: 'web', namespace: 'there' },
              spec: { clusterIP: '192.0.2.7', ports: [] },
            },
          ],
          endpointSlices: [],
        },
        'example.org',
      ),
    );
    const port = await start(zone, [`${host}:1`, `${host}:${upstream}`]);
    const answer = await udp(port, query('web.there.svc.example.org'));
    expect(answer).toMatchObject({ id: 4711, answers: [{ type: 'A', data: '192.0.2.7' }] });
    const overTcp = await tcp(port, query('web.there.svc.example.org'));
    expect(overTcp).toMatchObject({ id: 4711, answers: [{ type: 'A', data: '192.0.2.7' }] });
  });

  it('says so when no resolver answers', async () => {
    const port = await start(zone, [`${host}:1`]);
    expect(await udp(port, query('example.org'))).toMatchObject({ rcode: 'SERVFAIL' });
  });

  it('answers nonsense with an error or not at all, and goes on', async () => {
    const port = await start(zone);
    const nonsense = Buffer.concat([query('x.example').subarray(0, 14), Buffer.from([0xff, 0xff])]);
    expect(await udp(port, nonsense)).toMatchObject({ rcode: 'FORMERR' });
    expect(await udp(port, query('dns-version.cluster.local', 'TXT'))).toMatchObject({
      rcode: 'NOERROR',
    });
  });
});

describe('an upstream resolver in the options', () => {
  it('has an address and perhaps a port', () => {
    expect(parseServer('10.0.0.1')).toEqual({ host: '10.0.0.1', port: 53 });
    expect(parseServer('10.0.0.1:5353')).toEqual({ host: '10.0.0.1', port: 5353 });
    expect(parseServer('[fd00::1]:5353')).toEqual({ host: 'fd00::1', port: 5353 });
  });
  it('that is a name is refused with what would do', () => {
    expect(() => parseServer('dns.example')).toThrow(
      'upstream resolver "dns.example" is not an IP address with an optional port, like 10.0.0.1:53',
    );
  });
});
