import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubeObject } from '@dormice/apimachinery';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClient } from './create-client.ts';
import { createHttpTransport, type HttpTransport } from './http-transport.ts';
import { createInformer, type Informer } from './informer.ts';
import { resources } from './resource.ts';

/** A list and a watch over plain HTTP, that can be taken away and brought back. */
class TinyApi {
  readonly objects = new Map<string, KubeObject>();
  readonly #watchers = new Set<http.ServerResponse>();
  readonly asked: string[] = [];
  #server: http.Server | undefined;
  #port = 0;
  revision = 1;
  /** Watches from before this revision get 410. */
  compacted = 0;

  async start(): Promise<string> {
    this.#server = http.createServer((request, response) => this.#serve(request, response));
    await new Promise<void>((resolve) => {
      this.#server?.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (this.#server.address() as AddressInfo).port;
    return `http://127.0.0.1:${this.#port}`;
  }

  async stop(): Promise<void> {
    const closed = new Promise((resolve) => this.#server?.close(resolve));
    this.#server?.closeAllConnections();
    await closed;
  }

  put(name: string, silently = false): void {
    const type = this.objects.has(name) ? 'MODIFIED' : 'ADDED';
    this.revision += 1;
    const object: KubeObject = {
      apiVersion: 'v1',
      kind: 'Node',
      metadata: { name, uid: name, resourceVersion: String(this.revision) },
    };
    this.objects.set(name, object);
    if (!silently) this.#tell(type, object);
  }

  drop(name: string, silently = false): void {
    const object = this.objects.get(name);
    this.objects.delete(name);
    this.revision += 1;
    if (object && !silently) this.#tell('DELETED', object);
  }

  #tell(type: string, object: KubeObject): void {
    for (const watcher of this.#watchers) watcher.write(`${JSON.stringify({ type, object })}\n`);
  }

  #serve(request: http.IncomingMessage, response: http.ServerResponse): void {
    const url = new URL(request.url ?? '', 'http://x');
    const watch = url.searchParams.get('watch') === 'true';
    this.asked.push(watch ? `watch ${url.searchParams.get('resourceVersion')}` : 'list');
    response.setHeader('content-type', 'application/json');
    if (!watch) {
      const items = [...this.objects.values()];
      const metadata = { resourceVersion: String(this.revision) };
      response.end(JSON.stringify({ apiVersion: 'v1', kind: 'NodeList', metadata, items }));
      return;
    }
    if (Number(url.searchParams.get('resourceVersion')) < this.compacted) {
      const object = { kind: 'Status', code: 410, reason: 'Expired', message: 'too old' };
      response.end(`${JSON.stringify({ type: 'ERROR', object })}\n`);
      return;
    }
    response.flushHeaders();
    this.#watchers.add(response);
    response.on('close', () => this.#watchers.delete(response));
  }
}

async function until(holds: () => boolean): Promise<void> {
  const end = Date.now() + 5000;
  while (!holds()) {
    if (Date.now() > end) throw new Error('it did not become so within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('informer', () => {
  let api: TinyApi;
  let transport: HttpTransport;
  let informer: Informer<KubeObject>;
  let changes: string[];
  let troubles: number;

  beforeEach(async () => {
    api = new TinyApi();
    api.put('a');
    transport = createHttpTransport({ server: await api.start() });
    troubles = 0;
    informer = createInformer(createClient(transport), resources.nodes, {
      base: 10,
      onError: () => {
        troubles += 1;
      },
    });
    changes = [];
    informer.subscribe(({ type, object }) => changes.push(`${type} ${object.metadata.name}`));
    await informer.synced;
    await until(() => api.asked.length === 2);
  });
  afterEach(async () => {
    informer.stop();
    await transport.close();
    await api.stop();
  });

  it('lists, then follows', async () => {
    api.put('b');
    api.put('a');
    api.drop('b');
    await until(() => changes.length === 4);
    expect(changes).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED b']);
    expect([...informer.list()].map(({ metadata }) => metadata.name)).toEqual(['a']);
    expect(informer.get('', 'a')?.metadata.resourceVersion).toBe('4');
  });

  it('lists again after 410 and tells the difference', async () => {
    api.put('b', true);
    api.drop('a', true);
    api.compacted = api.revision;
    await api.stop();
    await api.start();
    await until(() => changes.length === 3);
    expect(changes).toEqual(['ADDED a', 'ADDED b', 'DELETED a']);
  });

  it('survives a server that goes away, and resumes where it was', async () => {
    await api.stop();
    await until(() => troubles >= 3);
    expect(informer.size).toBe(1);
    await api.start();
    await until(() => api.asked.length === 3);
    api.put('b');
    await until(() => informer.size === 2);
    expect(api.asked).toEqual(['list', 'watch 2', 'watch 2']);
  });

  it('tells a new subscriber what is known', async () => {
    const seen: string[] = [];
    informer.subscribe(({ type, object }) => seen.push(`${type} ${object.metadata.name}`));
    expect(seen).toEqual(['ADDED a']);
  });
});
