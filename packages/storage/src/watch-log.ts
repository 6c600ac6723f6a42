import type { HistoryEvent } from './engine.ts';
import { endOf, type Position } from './position.ts';
import { inRange } from './range.ts';
import type { Event, Range, Revision } from './store.ts';

/** What a watch reads. */
export interface WatchSource {
  store: {
    readonly revision: Revision;
    /** Throws `Compacted`, `Future` or `Closed`. */
    assertReadable(after: Revision): void;
  };
  history(range: Range, after: Position, upTo: Position, limit: number): HistoryEvent[];
  /** Called after each durable commit, and with an empty list when the store closes. */
  onCommit(listener: (revision: Revision, events: Event[]) => void): () => void;
}

/** Events read from the history at a time. */
const chunk = 256;

/**
 * Follows the history: a reader has a place in the log, and is told when there is more. One that keeps up is handed the
 * events as they are committed, all that came since it last asked at once; one that does not reads them from the history,
 * so that no queue grows for it.
 *
 * A place that nothing in the range has passed moves along with the newest revision, so that compaction overtakes
 * only readers who are really behind.
 */
export async function* watchLog(
  source: WatchSource,
  range: Range,
  after: Revision,
  signal: AbortSignal,
): AsyncGenerator<Event[], void, undefined> {
  let done = after;
  let position = endOf(after);
  let behind = true;
  /** Committed since the reader, who keeps up, last asked. */
  let fresh: Event[] = [];
  let freshUpTo = after;
  let wake: (() => void) | undefined;
  const onAbort = () => wake?.();
  const unsubscribe = source.onCommit((revision, events) => {
    if (events.length === 0) behind = true;
    if (behind) {
      wake?.();
      return;
    }
    let found = false;
    for (const event of events) {
      if (!inRange(range, event.key)) continue;
      fresh.push(event);
      found = true;
    }
    freshUpTo = revision;
    if (fresh.length > chunk) {
      fresh = [];
      behind = true;
    } else if (!found && fresh.length === 0) {
      done = revision;
      position = endOf(revision);
    }
    if (found) wake?.();
  });
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      if (!behind && fresh.length > 0) {
        const batch = fresh;
        fresh = [];
        done = freshUpTo;
        position = endOf(freshUpTo);
        yield batch;
        continue;
      }
      if (behind) {
        source.store.assertReadable(done);
        const upTo = source.store.revision;
        const found = source.history(range, position, endOf(upTo), chunk);
        const last = found[chunk - 1];
        behind = last !== undefined;
        // The rest of the last commit may be in the next chunk, so that commit does not count as done.
        done = last ? last.event.revision - 1 : upTo;
        position = last ? last.position : endOf(upTo);
        freshUpTo = done;
        if (found.length > 0) yield found.map(({ event }) => event);
        continue;
      }
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
      wake = undefined;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    unsubscribe();
  }
}

/** The same, event by event. */
export async function* eachEvent(
  batches: AsyncIterable<Event[]>,
  signal: AbortSignal,
): AsyncGenerator<Event, void, undefined> {
  for await (const batch of batches) {
    for (const event of batch) {
      yield event;
      if (signal.aborted) return;
    }
  }
}
