import { LogStore } from './log-store.ts';
import { MemoryEngine } from './memory-engine.ts';
import { firstRevision } from './position.ts';

export interface MemoryStoreOptions {
  /** Revisions of history to keep at least, for watches and lists of the past. Default 10,000. */
  keepRevisions?: number;
}

/** A store that forgets everything with the process: for tests, and for virtual clusters that keep nothing. */
export class MemoryStore extends LogStore {
  constructor(options: MemoryStoreOptions = {}) {
    super({
      engine: new MemoryEngine(),
      revision: firstRevision,
      compacted: 0,
      keepRevisions: options.keepRevisions ?? 10_000,
    });
  }
}
