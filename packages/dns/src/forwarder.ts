import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import net from 'node:net';

export interface ForwarderOptions {
  /** Addresses, with a port when it is not 53; tried in order. */
  servers: readonly string[];
  /** For each server, milliseconds. Default 2,000: a stub resolver gives up after 5 s. */
  timeout?: number;
  /** Questions under way; more are refused. Default 1,000. */
  limit?: number;
}

/** Asks other resolvers. Messages are passed as they are but for their id. */
export interface Forwarder {
  /** Rejects when no server answers. The answer may be truncated: the client then comes over TCP. */
  forward(message: Buffer, transport: 'udp' | 'tcp'): Promise<Buffer>;
}

export function createForwarder(options: ForwarderOptions): Forwarder {
  const { timeout = 2_000, limit = 1_000 } = options;
  const servers = options.servers.map(parseServer);
  let underWay = 0;
  return {
    async forward(message, transport) {
      if (servers.length === 0) throw new Error('no upstream resolver is configured');
      if (underWay >= limit) throw new Error(`more than ${limit} questions are under way upstream`);
      underWay += 1;
      try {
        const failures: unknown[] = [];
        for (const server of servers) {
          try {
            return await (transport === 'udp' ? askUdp : askTcp)(server, message, timeout);
          } catch (error) {
            failures.push(error);
          }
        }
        throw new AggregateError(failures, `no upstream resolver answered: ${failures.join('; ')}`);
      } finally {
        underWay -= 1;
      }
    },
  };
}

interface Server {
  host: string;
  port: number;
}

/** `10.0.0.1`, `10.0.0.1:5353`, `fd00::1`, `[fd00::1]:5353`. */
export function parseServer(text: string): Server {
  const bracketed = /^\[(.+)\](?::(\d+))?$/.exec(text);
  const withPort = /^([^:]+):(\d+)$/.exec(text);
  const host = bracketed?.[1] ?? withPort?.[1] ?? text;
  const port = Number(bracketed?.[2] ?? withPort?.[2] ?? 53);
  if (net.isIP(host.replace(/%.*$/, '')) === 0 || port < 1 || port > 65_535) {
    throw new Error(
      `upstream resolver "${text}" is not an IP address with an optional port, like 10.0.0.1:53`,
    );
  }
  return { host, port };
}

/** A fresh port and a fresh id for each question make a forged answer a long shot. */
function withFreshId(message: Buffer): { question: Buffer; restore: (answer: Buffer) => Buffer } {
  const id = randomInt(0x10000);
  const question = Buffer.from(message);
  question.writeUInt16BE(id, 0);
  return {
    question,
    restore: (answer) => {
      const restored = Buffer.from(answer);
      message.copy(restored, 0, 0, 2);
      return restored;
    },
  };
}

function answers(question: Buffer, answer: Buffer): boolean {
  return answer.length >= 12 && answer[0] === question[0] && answer[1] === question[1];
}

function askUdp(server: Server, message: Buffer, timeout: number): Promise<Buffer> {
  const { question, restore } = withFreshId(message);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const socket = createSocket(net.isIPv6(server.host) ? 'udp6' : 'udp4');
  const timer = setTimeout(
    () => reject(new Error(`${server.host}:${server.port} did not answer in ${timeout} ms`)),
    timeout,
  );
  socket.on('error', reject);
  socket.on('message', (answer) => {
    if (answers(question, answer)) resolve(restore(answer));
  });
  // Connected: the system drops datagrams from anybody else.
  socket.connect(server.port, server.host, () => socket.send(question));
  return promise.finally(() => {
    clearTimeout(timer);
    socket.close();
  });
}

function askTcp(server: Server, message: Buffer, timeout: number): Promise<Buffer> {
  const { question, restore } = withFreshId(message);
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const socket = net.connect(server.port, server.host);
  socket.setTimeout(timeout, () =>
    socket.destroy(new Error(`${server.host}:${server.port} did not answer in ${timeout} ms`)),
  );
  let received = Buffer.alloc(0);
  socket.on('error', reject);
  socket.on('close', () =>
    reject(new Error(`${server.host}:${server.port} closed the connection`)),
  );
  socket.on('data', (piece) => {
    received = Buffer.concat([received, piece]);
    if (received.length < 2) return;
    const length = received.readUInt16BE(0);
    if (received.length < length + 2) return;
    const answer = received.subarray(2, length + 2);
    if (answers(question, answer)) resolve(restore(answer));
    else reject(new Error(`${server.host}:${server.port} answered another question`));
  });
  socket.write(framed(question));
  return promise.finally(() => socket.destroy());
}

/** A message as it goes over TCP. */
export function framed(message: Buffer): Buffer {
  const frame = Buffer.alloc(message.length + 2);
  frame.writeUInt16BE(message.length, 0);
  message.copy(frame, 2);
  return frame;
}
