import { randomBytes } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { connectTcp, DialError, type Dialer } from '@dormice/apiserver';
import type { HttpTransport } from '@dormice/client';
import { hostName } from '../names.ts';
import type { ClusterPlace } from '../translator.ts';
import { PortForwardStream } from './port-forward-stream.ts';

export interface DialerOptions {
  connectUpgrade: HttpTransport['connectUpgrade'];
  place: ClusterPlace;
}

/**
 * How the API server of a virtual cluster reaches its webhooks and aggregated servers: pods by a port-forward through
 * the host's API, since Dormice need not be in the host's pod network; other addresses from this machine, but never the
 * machine itself, which belongs to no tenant.
 */
export function createDialer({ connectUpgrade, place }: DialerOptions): Dialer {
  return {
    async pod({ metadata }, port) {
      const { namespace = '', name = '' } = metadata;
      const onHost = hostName(place.uid, namespace, name);
      const path = `/api/v1/namespaces/${place.namespace}/pods/${onHost}/portforward?ports=${port}`;
      const answer = await connectUpgrade({
        path,
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-version': '13',
          'sec-websocket-key': randomBytes(16).toString('base64'),
          'sec-websocket-protocol': 'v4.channel.k8s.io',
        },
      });
      if (!answer.socket) {
        throw new DialError(`dial tcp ${name}:${port}: the host answers ${answer.status}`);
      }
      return new PortForwardStream(answer.socket, answer.head ?? new Uint8Array(), port);
    },

    async address(host, port, signal) {
      return connectTcp(await outsideAddress(host, port), port, signal);
    },
  };
}

const own = new BlockList();
own.addSubnet('0.0.0.0', 8, 'ipv4');
own.addSubnet('127.0.0.0', 8, 'ipv4');
own.addSubnet('169.254.0.0', 16, 'ipv4');
own.addSubnet('::', 127, 'ipv6');
own.addSubnet('fe80::', 10, 'ipv6');

/** Loopback and link-local addresses: of this machine, or of what runs it. */
export function isOfThisMachine(address: string): boolean {
  return own.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** The name is resolved once, and what was checked is what is connected to. */
async function outsideAddress(host: string, port: number): Promise<string> {
  const addresses = isIP(host) === 0 ? await addressesOf(host) : [host];
  const address = addresses.find((one) => !isOfThisMachine(one));
  if (address !== undefined) return address;
  const where = addresses[0]?.includes(':') ? `[${addresses[0]}]` : addresses[0];
  throw new DialError(`dial tcp ${where}:${port}: connect: permission denied`);
}

async function addressesOf(host: string): Promise<string[]> {
  try {
    return (await lookup(host, { all: true })).map(({ address }) => address);
  } catch (error) {
    throw new DialError(`dial tcp: lookup ${host}: no such host`, { cause: error });
  }
}
