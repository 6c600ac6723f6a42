import { randomBytes } from 'node:crypto';
import { Duplex } from 'node:stream';
import { DialError } from '@dormice/apiserver';

/** WebSocket opcodes that a port-forward has. */
const opcodes = { binary: 2, close: 8, ping: 9, pong: 10 };
const channels = { data: 0, error: 1 };
/** Each channel begins with the port that it is for. */
const portBytes = 2;
/** The kubelet sends pieces of 32 KiB; a longer frame is not its. */
const maxFrame = 16 * 1024 * 1024;

/** A frame as a client sends it: masked. */
export function clientFrame(opcode: number, payload: Uint8Array): Buffer {
  const { length } = payload;
  const extra = length < 126 ? 0 : length < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(2 + extra + 4 + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extra === 0 ? length : extra === 2 ? 126 : 127);
  if (extra === 2) frame.writeUInt16BE(length, 2);
  if (extra === 8) frame.writeBigUInt64BE(BigInt(length), 2);
  const mask = randomBytes(4);
  const start = 2 + extra + 4;
  mask.copy(frame, 2 + extra);
  for (let at = 0; at < length; at += 1) {
    frame[start + at] = (payload[at] as number) ^ (mask[at & 3] as number);
  }
  return frame;
}

/** The first whole frame of a server, and how many bytes it took; nothing while it is not whole. */
export function serverFrame(
  bytes: Buffer,
): { opcode: number; payload: Buffer; taken: number } | undefined {
  if (bytes.length < 2) return undefined;
  const short = (bytes[1] as number) & 0x7f;
  const start = short < 126 ? 2 : short === 126 ? 4 : 10;
  if (bytes.length < start) return undefined;
  const length =
    short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
  if (length > maxFrame) throw new Error(`a frame of ${length} bytes is too long`);
  if (bytes.length < start + length) return undefined;
  return {
    opcode: (bytes[0] as number) & 0x0f,
    payload: bytes.subarray(start, start + length),
    taken: start + length,
  };
}

/**
 * The bytes of one forwarded port as a plain stream, over a WebSocket that speaks `v4.channel.k8s.io`: channel 0 carries
 * data both ways, channel 1 the kubelet's error.
 */
export class PortForwardStream extends Duplex {
  readonly #socket: Duplex;
  readonly #port: number;
  readonly #started = new Set<number>();
  #buffered: Buffer<ArrayBufferLike> = Buffer.alloc(0);

  constructor(socket: Duplex, head: Uint8Array, port: number) {
    super();
    this.#port = port;
    this.#socket = socket;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('end', () => this.push(null));
    socket.on('close', () => this.destroy());
    socket.on('error', (error) => this.destroy(error));
    if (head.length > 0) this.#take(Buffer.from(head));
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(bytes: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    const frame = clientFrame(opcodes.binary, Buffer.concat([Buffer.of(channels.data), bytes]));
    this.#socket.write(frame, done);
  }

  override _final(done: () => void): void {
    this.#socket.end(clientFrame(opcodes.close, Buffer.alloc(0)), done);
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  /** The kubelet's own words name containers and paths of the host, which are no tenant's business. */
  #refusal(text: string): DialError {
    const why = text.includes('connection refused')
      ? 'connect: connection refused'
      : 'the port-forward to the pod failed';
    return new DialError(`dial tcp 127.0.0.1:${this.#port}: ${why}`, { cause: text });
  }

  #take(bytes: Buffer): void {
    this.#buffered = this.#buffered.length === 0 ? bytes : Buffer.concat([this.#buffered, bytes]);
    try {
      let frame = serverFrame(this.#buffered);
      while (frame) {
        this.#buffered = this.#buffered.subarray(frame.taken);
        this.#receive(frame.opcode, frame.payload);
        frame = serverFrame(this.#buffered);
      }
    } catch (error) {
      this.destroy(error as Error);
    }
  }

  #receive(opcode: number, payload: Buffer): void {
    if (opcode === opcodes.ping) {
      this.#socket.write(clientFrame(opcodes.pong, payload));
      return;
    }
    if (opcode === opcodes.close) {
      this.push(null);
      return;
    }
    const channel = payload[0];
    if (channel === undefined || opcode === opcodes.pong) return;
    let data = payload.subarray(1);
    if (!this.#started.has(channel)) {
      this.#started.add(channel);
      data = data.subarray(portBytes);
    }
    if (data.length === 0) return;
    if (channel === channels.error) this.destroy(this.#refusal(data.toString('utf8')));
    else if (!this.push(data)) this.#socket.pause();
  }
}
