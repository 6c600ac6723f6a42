import type { Socket } from 'node:net';
import { plainAddress } from './address.ts';
import type { Backend, Routes } from './backend.ts';
import { maxHelloBytes, readClientHello } from './client-hello.ts';
import type { GatewayLimits } from './limits.ts';
import type { GatewayCounts } from './metrics.ts';
import { readProxyHeader } from './proxy-protocol.ts';
import { type Refusal, refusalBytes, refusals } from './refusal.ts';
import type { Log, Wakes } from './wakes.ts';

export interface ConnectionInfo {
  backend: string;
  serverName: string | undefined;
  /** Address of the client, as the proxy says where there is one. */
  source: string;
  /** Milliseconds that it waited for a wake; 0 when the cluster ran. */
  heldMs: number;
}

export interface ConnectionContext {
  routes: Routes;
  limits: GatewayLimits;
  counts: GatewayCounts;
  wakes: Wakes;
  /** Whether a PROXY header is believed from this address. */
  trusted: (address: string) => boolean;
  now: () => number;
  onConnection: (info: ConnectionInfo) => void;
  log: Log;
  /** Called once, when the gateway has no more to do with the socket. */
  onDone: (connection: Connection) => void;
}

const ignore = () => undefined;

/** One connection, from its first byte until it is handed on or refused. */
export class Connection {
  readonly #socket: Socket;
  readonly #context: ConnectionContext;
  readonly #timer: NodeJS.Timeout;
  /** Address of the peer; where it is a trusted proxy, what that says. */
  #source: string;
  #proxied: boolean;
  #received: Buffer = Buffer.alloc(0);
  #state: 'hello' | 'held' | 'refused' | 'done' = 'hello';
  #leaveWake: (() => void) | undefined;

  constructor(socket: Socket, context: ConnectionContext) {
    this.#socket = socket;
    this.#context = context;
    this.#source = plainAddress(socket.remoteAddress ?? '');
    this.#proxied = context.trusted(this.#source);
    context.counts.connections++;
    context.counts.pending++;
    this.#timer = setTimeout(() => this.refuse('slow-hello'), context.limits.helloTimeoutMs);
    socket.on('data', this.#onData);
    socket.on('end', this.#onEnd);
    socket.on('error', this.#onError);
    socket.on('close', this.#onClose);
  }

  /** Answers as the reason asks for and lets go of the socket. */
  refuse(refusal: Refusal, fields: object = {}): void {
    if (this.#state === 'refused' || this.#state === 'done') return;
    const { counts, limits, log } = this.#context;
    this.#leaveHold();
    this.#state = 'refused';
    clearTimeout(this.#timer);
    counts.refuse(refusal);
    log('debug', `connection refused: ${refusals[refusal].text}`, {
      source: this.#source,
      reason: refusal,
      ...fields,
    });
    this.#received = Buffer.alloc(0);
    const answer = refusalBytes(refusal);
    if (!answer || this.#socket.destroyed) {
      this.#socket.destroy();
      return;
    }
    // Closing with unread bytes would reset the connection, and the client might never see the answer: read on a while.
    this.#socket.end(answer);
    const linger = setTimeout(() => this.#socket.destroy(), limits.lingerMs);
    this.#socket.once('close', () => clearTimeout(linger));
    this.#socket.resume();
  }

  readonly #onData = (chunk: Buffer): void => {
    if (this.#state === 'refused') return;
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    if (this.#state === 'hello') this.#readHello();
    else if (this.#received.length > this.#context.limits.maxHeldBytes) this.#socket.pause();
  };

  /** Half-closed before it was served: the client waits for nothing any more. */
  readonly #onEnd = (): void => {
    if (this.#state === 'hello') this.refuse('empty');
    else if (this.#state === 'held') this.refuse('left-waiting');
    this.#socket.destroy();
  };

  readonly #onError = (error: Error): void => {
    this.#context.log('debug', `connection broke: ${error.message}`, { source: this.#source });
  };

  readonly #onClose = (): void => {
    if (this.#state === 'hello') this.refuse('empty');
    else if (this.#state === 'held') this.refuse('left-waiting');
    this.#finish();
  };

  #readHello(): void {
    if (this.#proxied && !this.#takeProxyHeader()) return;
    const hello = readClientHello(this.#received);
    if (hello.state === 'refused') this.refuse(hello.reason);
    else if (hello.state === 'hello') this.#route(hello.serverName);
    else if (this.#received.length > maxHelloBytes) this.refuse('too-large');
  }

  /** False: do not read on. */
  #takeProxyHeader(): boolean {
    const header = readProxyHeader(this.#received);
    if (header.state === 'incomplete') return false;
    if (header.state === 'malformed') {
      this.refuse('bad-proxy-header');
      return false;
    }
    this.#proxied = false;
    if (header.state === 'header') {
      this.#source = plainAddress(header.source ?? this.#source);
      this.#received = this.#received.subarray(header.length);
    }
    return this.#received.length > 0;
  }

  #route(serverName: string | undefined): void {
    const { routes, wakes, limits, now } = this.#context;
    const backend =
      routes.bySourceAddress(this.#source) ??
      (serverName === undefined ? undefined : routes.byServerName(serverName));
    if (!backend) {
      this.refuse(serverName === undefined ? 'no-name' : 'unknown-name', { serverName });
      return;
    }
    if (backend.state === 'Running') {
      this.#handOn(backend, serverName, 0);
      return;
    }
    if (backend.state === 'Stopped') {
      this.refuse('stopped', { backend: backend.name });
      return;
    }
    const joined = wakes.join(backend, this.#source);
    if (typeof joined === 'string') {
      this.refuse(joined, { backend: backend.name });
      return;
    }
    this.#hold(joined.leave);
    const since = now();
    const tooLong = setTimeout(
      () => this.refuse('wake-timeout', { backend: backend.name }),
      limits.wakeTimeoutMs,
    );
    joined.done
      .then(
        () => this.#handOn(backend, serverName, now() - since),
        (error: unknown) => this.refuse('wake-failed', { backend: backend.name, error }),
      )
      .finally(() => clearTimeout(tooLong));
  }

  #hold(leave: () => void): void {
    this.#state = 'held';
    clearTimeout(this.#timer);
    this.#context.counts.pending--;
    this.#leaveWake = leave;
  }

  #leaveHold(): void {
    if (!this.#leaveWake) return;
    this.#leaveWake();
    this.#leaveWake = undefined;
    this.#context.counts.pending++;
  }

  #handOn(backend: Backend, serverName: string | undefined, heldMs: number): void {
    if (this.#state === 'refused' || this.#state === 'done') return;
    const { counts, onConnection } = this.#context;
    if (this.#leaveWake) {
      counts.heldServed++;
      counts.heldSeconds += heldMs / 1000;
    }
    this.#leaveHold();
    clearTimeout(this.#timer);
    const socket = this.#socket;
    socket.pause();
    socket.off('data', this.#onData);
    socket.off('end', this.#onEnd);
    socket.off('close', this.#onClose);
    socket.off('error', this.#onError);
    // Whoever serves it listens too; until then an error must not end the process. The socket is closed either way.
    socket.on('error', ignore);
    if (this.#received.length > 0) socket.unshift(this.#received);
    this.#received = Buffer.alloc(0);
    counts.accepted++;
    onConnection({ backend: backend.name, serverName, source: this.#source, heldMs });
    this.#finish();
    backend.accept(socket);
  }

  #finish(): void {
    if (this.#state === 'done') return;
    this.#state = 'done';
    clearTimeout(this.#timer);
    this.#context.counts.pending--;
    this.#context.onDone(this);
  }
}
