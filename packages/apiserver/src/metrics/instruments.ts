/** Counters by label text (`a="x",b="y"`), as Prometheus writes them. */
export class Counter {
  readonly #values = new Map<string, number>();

  add(labels: string, by = 1): void {
    this.#values.set(labels, (this.#values.get(labels) ?? 0) + by);
  }

  lines(name: string): string[] {
    return [...this.#values].map(([labels, value]) => sample(name, labels, value));
  }
}

/** Samples sorted into buckets: an observation is a short search and two additions. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, { buckets: Float64Array; sum: number }>();

  /** @param bounds upper bounds, ascending; what is larger counts into `+Inf` */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
  }

  observe(labels: string, value: number): void {
    let series = this.#series.get(labels);
    if (!series) {
      series = { buckets: new Float64Array(this.#bounds.length + 1), sum: 0 };
      this.#series.set(labels, series);
    }
    let at = 0;
    while (at < this.#bounds.length && value > (this.#bounds[at] ?? 0)) at += 1;
    series.buckets[at] = (series.buckets[at] ?? 0) + 1;
    series.sum += value;
  }

  lines(name: string): string[] {
    return [...this.#series].flatMap(([labels, { buckets, sum }]) => {
      let count = 0;
      const prefix = labels === '' ? '' : `${labels},`;
      const lines = [...buckets].map((inside, index) => {
        count += inside;
        const bound = this.#bounds[index];
        return sample(`${name}_bucket`, `${prefix}le="${bound ?? '+Inf'}"`, count);
      });
      return [...lines, sample(`${name}_sum`, labels, sum), sample(`${name}_count`, labels, count)];
    });
  }
}

/**
 * Makes label texts once for each combination of values. The text that comes back is the same string each time: a map
 * that is asked for it hashes it no more.
 */
export function labelTexts<Values extends readonly unknown[]>(
  make: (...values: Values) => string,
): (...values: Values) => string {
  const known = new Map<unknown, unknown>();
  return (...values) => {
    let level = known;
    for (let at = 0; at < values.length - 1; at += 1) {
      let next = level.get(values[at]) as Map<unknown, unknown> | undefined;
      if (!next) {
        next = new Map();
        level.set(values[at], next);
      }
      level = next;
    }
    let text = level.get(values.at(-1)) as string | undefined;
    if (text === undefined) {
      text = make(...values);
      level.set(values.at(-1), text);
    }
    return text;
  };
}

export const sample = (name: string, labels: string, value: number): string =>
  labels === '' ? `${name} ${value}` : `${name}{${labels}} ${value}`;

/** Label values that come from tenants, as Prometheus wants them. */
export const quoted = (value: string): string =>
  `"${value.replace(/["\\]/g, '\\$&').replace(/\n/g, '\\n')}"`;
