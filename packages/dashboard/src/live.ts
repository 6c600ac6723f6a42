import type { ServerResponse } from 'node:http';
import type { Client } from '@dormice/client';
import type { Operator } from '@dormice/operator';
import { createCpuMeter, workloadUsage } from './usage.ts';
import { type Snapshot, type Usage, viewOf } from './view.ts';

/** How often the page is brought up to date while somebody looks, milliseconds. */
const tickMs = 1_000;
/** How often the host is asked for metrics meanwhile. */
const metricsEveryMs = 15_000;

/** Server-sent events for all open pages. With no page open it does nothing at all. */
export class LiveFeed {
  readonly #host: Client;
  readonly #operator: Operator;
  readonly #log: (level: 'warn', message: string, fields?: object) => void;
  readonly #pages = new Set<ServerResponse>();
  readonly #cpu = createCpuMeter();
  #timer: NodeJS.Timeout | undefined;
  #workloads: Map<string, Usage> | undefined;
  #measuredAt = 0;
  #sent = '';

  constructor(
    host: Client,
    operator: Operator,
    log: (level: 'warn', message: string, fields?: object) => void,
  ) {
    this.#host = host;
    this.#operator = operator;
    this.#log = log;
  }

  snapshot(): Snapshot {
    const supervisors = [...this.#operator.fleet.all()];
    const clusters = supervisors
      .map(({ object }) => viewOf(object, this.#workloads?.get(object.metadata.uid ?? '')))
      .sort((a, b) => (`${a.name} ${a.namespace}` < `${b.name} ${b.namespace}` ? -1 : 1));
    return {
      clusters,
      process: {
        rss: process.memoryUsage.rss(),
        cpu: Math.round(this.#cpu() * 1000) / 1000,
        awake: supervisors.filter(({ controlPlane }) => controlPlane.state === 'Running').length,
        total: supervisors.length,
      },
    };
  }

  /** Keeps the page up to date until it goes. */
  add(response: ServerResponse): void {
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    this.#pages.add(response);
    response.on('close', () => {
      this.#pages.delete(response);
      if (this.#pages.size === 0) this.#stop();
    });
    response.write(frame(JSON.stringify(this.snapshot())));
    this.#timer ??= setInterval(() => this.#tick(), tickMs);
  }

  close(): void {
    this.#stop();
    for (const page of this.#pages) page.end();
  }

  #stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #tick(): void {
    const text = JSON.stringify(this.snapshot());
    if (text !== this.#sent) {
      this.#sent = text;
      for (const page of this.#pages) page.write(frame(text));
    }
    const now = Date.now();
    if (now - this.#measuredAt < metricsEveryMs) return;
    this.#measuredAt = now;
    workloadUsage(this.#host).then(
      (workloads) => {
        this.#workloads = workloads;
      },
      (error: unknown) => this.#log('warn', 'host metrics', { error: String(error) }),
    );
  }
}

const frame = (json: string): string => `data: ${json}\n\n`;
