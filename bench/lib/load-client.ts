import http2 from 'node:http2';

export interface Target {
  url: string;
  servername?: string;
  ca: string;
  cert: string;
  key: string;
}

/** A small HTTP/2 client: the same one for both sides. */
export class LoadClient {
  readonly #session: http2.ClientHttp2Session;

  constructor(target: Target) {
    const { url, servername, ca, cert, key } = target;
    this.#session = http2.connect(url, {
      ca,
      cert,
      key,
      ...(servername === undefined ? {} : { servername }),
      settings: { initialWindowSize: 1 << 22 },
    });
    this.#session.on('error', () => undefined);
    this.#session.once('connect', () => this.#session.setLocalWindowSize(1 << 24));
  }

  /** Status and size of the answer. */
  request(
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; bytes: number }> {
    return new Promise((resolve, reject) => {
      const stream = this.#session.request({
        ':method': method,
        ':path': path,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      });
      let status = 0;
      let bytes = 0;
      stream.on('response', (answer) => {
        status = Number(answer[':status']);
      });
      stream.on('data', (piece: Buffer) => {
        bytes += piece.length;
      });
      stream.on('end', () => resolve({ status, bytes }));
      stream.on('error', reject);
      stream.end(body);
    });
  }

  async ok(
    method: string,
    path: string,
    body?: string,
    headers?: Record<string, string>,
  ): Promise<number> {
    const { status, bytes } = await this.request(method, path, body, headers);
    if (status >= 300) throw new Error(`${method} ${path} answered ${status}`);
    return bytes;
  }

  /** Calls back for each line of a watch until closed. */
  watch(path: string, onLine: (line: string) => void): void {
    const stream = this.#session.request({ ':path': path, accept: 'application/json' });
    let rest = '';
    stream.setEncoding('utf8');
    stream.on('data', (piece: string) => {
      const lines = (rest + piece).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') onLine(line);
    });
    stream.on('error', () => undefined);
  }

  close(): void {
    this.#session.destroy();
  }
}
