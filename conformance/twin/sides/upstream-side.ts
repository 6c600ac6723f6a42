import http2 from 'node:http2';
import type { Target } from '../../../bench/lib/load-client.ts';
import { Upstream } from '../../../bench/lib/upstream.ts';
import type { Answer, Side, Step } from '../script.ts';
import { parseAnswer, requestOf } from './body.ts';

/** Flags besides the benchmark's: defaults, but for privileged containers, which every installer allows; no sync of etcd. */
const flags = { etcd: ['--unsafe-no-fsync'], apiserver: ['--allow-privileged=true'] };

/** A kube-apiserver with its etcd, started for the comparison and ended by `close`. */
export async function startUpstreamSide(bin: string): Promise<Side> {
  const upstream = await Upstream.start(bin, flags);
  const side = new UpstreamSide(upstream);
  try {
    const ready = { method: 'GET', path: '/readyz' } as const;
    for (let tries = 0; (await side.send(ready)).status !== 200; tries += 1) {
      if (tries > 300) throw new Error('kube-apiserver is not ready after 60 s');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  } catch (error) {
    await side.close();
    throw error;
  }
  return side;
}

class UpstreamSide implements Side {
  readonly name = 'upstream';
  readonly #upstream: Upstream;
  #session: http2.ClientHttp2Session | undefined;

  constructor(upstream: Upstream) {
    this.#upstream = upstream;
  }

  #connection(): http2.ClientHttp2Session {
    if (this.#session && !this.#session.closed && !this.#session.destroyed) return this.#session;
    this.#session = connect(this.#upstream.target);
    return this.#session;
  }

  send(step: Step): Promise<Answer> {
    const { body, headers } = requestOf(step);
    return new Promise((resolve, reject) => {
      const stream = this.#connection().request(
        { ':method': step.method, ':path': step.path, ...headers },
        { endStream: body === undefined },
      );
      let status = 0;
      const answered: Record<string, string> = {};
      const pieces: Buffer[] = [];
      stream.setTimeout(10_000, () => stream.close(http2.constants.NGHTTP2_CANCEL));
      stream.on('response', (answer) => {
        status = Number(answer[':status']);
        for (const [name, value] of Object.entries(answer))
          if (!name.startsWith(':')) answered[name] = [value].flat().join(', ');
      });
      stream.on('data', (piece: Buffer) => pieces.push(piece));
      stream.on('end', () => {
        const text = Buffer.concat(pieces).toString('utf8');
        resolve({ status, headers: answered, body: parseAnswer(step, text) });
      });
      stream.on('error', reject);
      if (body !== undefined) stream.end(body);
    });
  }

  async close(): Promise<void> {
    this.#session?.destroy();
    await this.#upstream.stop();
  }
}

function connect({ url, ca, cert, key }: Target): http2.ClientHttp2Session {
  const session = http2.connect(url, { ca, cert, key });
  session.on('error', () => undefined);
  return session;
}
