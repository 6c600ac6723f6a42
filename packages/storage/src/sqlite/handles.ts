/** Something that holds file handles only while it is used. */
export interface HandleOwner {
  /** Lets go of the handles, unless they are in use now. */
  release(): void;
}

export interface HandleLimits {
  /** Stores with open handles at once; those used longest ago let go first. */
  maxOpenFiles: number;
  /** Milliseconds without use after which handles are dropped. */
  idleAfter: number;
}

/**
 * Keeps the number of open files small: an idle store is an entry in a map. One timer for all, which runs only while
 * something is open.
 */
export class Handles {
  readonly #limits: HandleLimits;
  /** In order of last use. */
  readonly #used = new Map<HandleOwner, number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: HandleLimits) {
    this.#limits = limits;
  }

  use(owner: HandleOwner): void {
    this.#used.delete(owner);
    this.#used.set(owner, Date.now());
    if (this.#used.size > this.#limits.maxOpenFiles) this.#drop(this.#used.keys().next().value);
    this.#timer ??= setInterval(() => this.#sweep(), this.#limits.idleAfter).unref();
  }

  forget(owner: HandleOwner): void {
    this.#used.delete(owner);
    this.#rest();
  }

  #sweep(): void {
    const before = Date.now() - this.#limits.idleAfter;
    for (const [owner, at] of this.#used) {
      if (at > before) break;
      this.#drop(owner);
    }
    this.#rest();
  }

  #drop(owner: HandleOwner | undefined): void {
    if (!owner) return;
    this.#used.delete(owner);
    owner.release();
  }

  #rest(): void {
    if (this.#used.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
