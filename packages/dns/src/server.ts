import { createSocket, type RemoteInfo, type Socket as UdpSocket } from 'node:dgram';
import net from 'node:net';
import { createForwarder, framed } from './forwarder.ts';
import { respond } from './respond.ts';
import { canonicalAddress } from './reverse.ts';
import { systemResolvers } from './system-resolvers.ts';
import type { DnsZone } from './zone.ts';

type MaybeLater<T> = T | Promise<T>;

export interface DnsServerOptions {
  /** The virtual cluster of the pod with this address; nobody else is answered (REFUSED). */
  zoneOf: (sourceAddress: string) => MaybeLater<DnsZone | undefined>;
  /** Resolvers for all other names, `address` or `address:port`; `system`: those of this machine. */
  upstream: readonly string[] | 'system';
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: object) => void;
}

export interface DnsServer {
  /** UDP and TCP on one port; 0: any that is free for both. */
  listen(at: { host: string; port: number }): Promise<{ host: string; port: number }>;
  close(): Promise<void>;
}

/** A stub resolver keeps a TCP connection for one or two questions; longer ones cost us. Milliseconds. */
const tcpIdle = 10_000;
const tcpLimit = 512;
/** How often a free port for both transports is looked for. */
const portTries = 10;

/** One DNS server for the pods of all virtual clusters, told apart by their addresses. */
export function createDnsServer(options: DnsServerOptions): DnsServer {
  return new Server(options);
}

class Server implements DnsServer {
  readonly #options: DnsServerOptions;
  readonly #forwarder;
  readonly #connections = new Set<net.Socket>();
  #udp: UdpSocket | undefined;
  #tcp: net.Server | undefined;

  constructor(options: DnsServerOptions) {
    this.#options = options;
    const servers = options.upstream === 'system' ? systemResolvers() : options.upstream;
    this.#forwarder = createForwarder({ servers });
  }

  async listen({ host, port }: { host: string; port: number }) {
    for (let attempt = 1; ; attempt += 1) {
      const udp = await bindUdp(host, port);
      try {
        this.#tcp = await bindTcp(host, udp.address().port, (socket) => this.#connection(socket));
        this.#udp = udp;
        udp.on('message', (message, from) => void this.#datagram(udp, message, from));
        udp.on('error', (error) =>
          this.#options.log('warn', 'dns socket', { error: error.message }),
        );
        return { host, port: udp.address().port };
      } catch (error) {
        udp.close();
        if (port !== 0 || attempt >= portTries) throw error;
      }
    }
  }

  async close(): Promise<void> {
    for (const socket of this.#connections) socket.destroy();
    this.#udp?.close();
    this.#udp = undefined;
    const tcp = this.#tcp;
    this.#tcp = undefined;
    if (tcp) await new Promise((resolve) => tcp.close(resolve));
  }

  async #datagram(udp: UdpSocket, message: Buffer, from: RemoteInfo): Promise<void> {
    const answer = await this.#respond(message, from.address, 'udp');
    if (answer && this.#udp) udp.send(answer, from.port, from.address);
  }

  #connection(socket: net.Socket): void {
    if (this.#connections.size >= tcpLimit) {
      socket.destroy();
      return;
    }
    this.#connections.add(socket);
    socket.setTimeout(tcpIdle, () => socket.destroy());
    socket.on('close', () => this.#connections.delete(socket));
    socket.on('error', () => socket.destroy());
    const from = socket.remoteAddress ?? '';
    let received = Buffer.alloc(0);
    let turn = Promise.resolve();
    socket.on('data', (piece) => {
      received = Buffer.concat([received, piece]);
      while (received.length >= 2 && received.length >= received.readUInt16BE(0) + 2) {
        const end = received.readUInt16BE(0) + 2;
        const message = Buffer.from(received.subarray(2, end));
        received = received.subarray(end);
        turn = turn.then(async () => {
          const answer = await this.#respond(message, from, 'tcp');
          if (answer) socket.write(framed(answer));
          else socket.destroy();
        });
      }
    });
  }

  /** Never rejects. */
  async #respond(
    message: Buffer,
    from: string,
    transport: 'udp' | 'tcp',
  ): Promise<Buffer | undefined> {
    const { log, zoneOf } = this.#options;
    try {
      return await respond(message, {
        zone: await zoneOf(canonicalAddress(from)),
        transport,
        forwarder: this.#forwarder,
        onForwardError: (error) =>
          log('debug', 'dns question not answered', { from, error: String(error) }),
      });
    } catch (error) {
      log('warn', 'dns question failed', { from, error: String(error) });
      return undefined;
    }
  }
}

function bindUdp(host: string, port: number): Promise<UdpSocket> {
  const socket = createSocket(net.isIPv6(host) ? 'udp6' : 'udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, host, () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}

function bindTcp(
  host: string,
  port: number,
  onConnection: (socket: net.Socket) => void,
): Promise<net.Server> {
  const server = net.createServer(onConnection);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve(server);
    });
  });
}
