/** Which pods need which objects, so that exactly what is needed lies on the host. */
export class ReferenceIndex {
  /** Referenced → referrers. */
  readonly #users = new Map<string, Set<string>>();
  readonly #uses = new Map<string, readonly string[]>();

  /** Replaces what `user` references; returns what changed between used and unused. */
  set(user: string, references: readonly string[]): string[] {
    const changed: string[] = [];
    const wanted = new Set(references);
    for (const old of this.#uses.get(user) ?? []) {
      if (wanted.has(old)) continue;
      const users = this.#users.get(old);
      users?.delete(user);
      if (users?.size === 0) {
        this.#users.delete(old);
        changed.push(old);
      }
    }
    for (const reference of wanted) {
      const users = this.#users.get(reference);
      if (users) users.add(user);
      else {
        this.#users.set(reference, new Set([user]));
        changed.push(reference);
      }
    }
    if (wanted.size === 0) this.#uses.delete(user);
    else this.#uses.set(user, [...wanted]);
    return changed;
  }

  isUsed(reference: string): boolean {
    return this.#users.has(reference);
  }

  usersOf(reference: string): Iterable<string> {
    return this.#users.get(reference) ?? [];
  }
}
