import type { Version, Write } from './engine.ts';
import type { Corrections } from './page.ts';
import { positionOf } from './position.ts';
import { inRange } from './range.ts';
import type { Key, Range, Revision } from './store.ts';

interface PendingKey {
  /** The last acknowledged version. */
  durable: Version | undefined;
  /** The version after all writes on their way. */
  newest: Version | undefined;
  /** Revision of the last write on its way. */
  revision: Revision;
  /** Settles with that write. */
  settled: Promise<unknown>;
}

/**
 * The keys with a write on its way to the disk: what readers may see of them, and what the next write is checked
 * against.
 */
export class Pending {
  readonly #keys = new Map<Key, PendingKey>();

  get(key: Key): PendingKey | undefined {
    return this.#keys.get(key);
  }

  /** `replaced`: for each step, the newest version before it. */
  add(write: Write, replaced: readonly (Version | undefined)[], settled: Promise<unknown>): void {
    write.steps.forEach((step, index) => {
      const newest = versionOf(write, index);
      const found = this.#keys.get(step.key);
      const durable = found ? found.durable : replaced[index];
      this.#keys.set(step.key, { durable, newest, revision: write.revision, settled });
    });
  }

  acknowledge(write: Write): void {
    write.steps.forEach((step, index) => {
      const found = this.#keys.get(step.key);
      if (found === undefined) return;
      if (found.revision === write.revision) this.#keys.delete(step.key);
      else found.durable = versionOf(write, index);
    });
  }

  clear(): void {
    this.#keys.clear();
  }

  /** Is a write of a key in the range on its way? */
  touches(range: Range): boolean {
    for (const key of this.#keys.keys()) if (inRange(range, key)) return true;
    return false;
  }

  /** The durable versions of the pending keys in a range. */
  durable(range: Range): Corrections {
    const found: Corrections = new Map();
    for (const [key, { durable }] of this.#keys)
      if (inRange(range, key)) found.set(key, durable && (() => durable));
    return found;
  }
}

function versionOf(write: Write, index: number): Version | undefined {
  const step = write.steps[index];
  if (step?.type !== 'put') return undefined;
  const position = positionOf(write.revision, index);
  return { key: step.key, value: step.value, revision: write.revision, position };
}
