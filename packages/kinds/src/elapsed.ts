import { humanDuration } from '@dormice/apimachinery';

/** A time that goes on while somebody looks: a cell says since when, and it becomes text when it is shown. */
export class Elapsed {
  /** Milliseconds since 1970. */
  readonly since: number;
  readonly before: string;
  readonly after: string;

  /** @param around text before and after the time */
  constructor(since: number, around: { before?: string; after?: string } = {}) {
    this.since = since;
    this.before = around.before ?? '';
    this.after = around.after ?? '';
  }

  /** `2 (5m ago)` */
  at(now: Date): string {
    return `${this.before}${humanDuration(now.getTime() - this.since)}${this.after}`;
  }
}

/** A cell as it is shown now; `null` where there is nothing. */
export function showCell(value: unknown, now: Date): unknown {
  return value instanceof Elapsed ? value.at(now) : (value ?? null);
}
