import { type Refusal, refusals } from './refusal.ts';

/** One number for a Prometheus page. */
export interface MetricSample {
  name: string;
  help: string;
  type: 'counter' | 'gauge';
  labels: Record<string, string>;
  value: number;
}

/** What the gateway counts. */
export class GatewayCounts {
  connections = 0;
  accepted = 0;
  /** Waiting for the hello, or for a refused client to take its answer. */
  pending = 0;
  held = 0;
  /** Connections that were held and then served, and the seconds they waited. */
  heldServed = 0;
  heldSeconds = 0;
  wakes = 0;
  wakeFailures = 0;
  readonly #refused = new Map<Refusal, number>();

  refuse(refusal: Refusal): void {
    this.#refused.set(refusal, this.refused(refusal) + 1);
  }

  refused(refusal: Refusal): number {
    return this.#refused.get(refusal) ?? 0;
  }

  samples(): MetricSample[] {
    const sample = (
      name: string,
      type: MetricSample['type'],
      help: string,
      value: number,
      labels: Record<string, string> = {},
    ): MetricSample => ({ name: `dormice_gateway_${name}`, help, type, labels, value });
    const refusalHelp = 'Connections that were not served, by reason.';
    return [
      sample('connections_total', 'counter', 'Connections that arrived.', this.connections),
      sample('accepted_total', 'counter', 'Connections handed on.', this.accepted),
      sample('pending', 'gauge', 'Connections before their hello, or being refused.', this.pending),
      sample('held', 'gauge', 'Connections held while their cluster wakes.', this.held),
      sample(
        'held_seconds_sum',
        'counter',
        'Seconds that served ones were held.',
        this.heldSeconds,
      ),
      sample('held_seconds_count', 'counter', 'Held connections served.', this.heldServed),
      sample('wakes_total', 'counter', 'Wakes that connections started.', this.wakes),
      sample('wake_failures_total', 'counter', 'Of these, failed.', this.wakeFailures),
      ...(Object.keys(refusals) as Refusal[]).map((reason) =>
        sample('refused_total', 'counter', refusalHelp, this.refused(reason), { reason }),
      ),
    ];
  }
}
