import net from 'node:net';

/** A TCP proxy that can be cut: the host, as seen from a Dormice that loses it. */
export class TcpProxy {
  readonly #target: { host: string; port: number };
  readonly #sockets = new Set<net.Socket>();
  readonly #server: net.Server;
  #cut = false;

  constructor(target: { host: string; port: number }) {
    this.#target = target;
    this.#server = net.createServer((inbound) => this.#connect(inbound));
  }

  listen(): Promise<number> {
    return new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () =>
        resolve((this.#server.address() as net.AddressInfo).port),
      );
    });
  }

  /** Drops all connections and refuses new ones. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#cut = false;
  }

  close(): void {
    this.cut();
    this.#server.close();
  }

  #connect(inbound: net.Socket): void {
    if (this.#cut) {
      inbound.destroy();
      return;
    }
    const outbound = net.connect(this.#target.port, this.#target.host);
    for (const socket of [inbound, outbound]) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        inbound.destroy();
        outbound.destroy();
      });
    }
    inbound.pipe(outbound).pipe(inbound);
  }
}
