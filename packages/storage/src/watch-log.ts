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
 * Follows the history: no queue is kept for a reader, it has a place in the log, and is told when there is more.
 *
 * A place that nothing in the range has passed moves along with the newest revision, so that compaction overtakes
 * only readers who are really behind.
 */
export async function* watchLog(
  source: WatchSource,
  range: Range,
  after: Revision,
  signal: AbortSignal,
): AsyncGenerator<Event, void, undefined> {
  let done = after;
  let position = endOf(after);
  let behind = true;
  let wake: (() => void) | undefined;
  const onAbort = () => wake?.();
  const unsubscribe = source.onCommit((revision, events) => {
    if (events.length === 0 || events.some((event) => inRange(range, event.key))) {
      behind = true;
      wake?.();
    } else if (!behind) {
      done = revision;
      position = endOf(revision);
    }
  });
  signal.addEventListener('abort', onAbort);
  try {
    while (!signal.aborted) {
      source.store.assertReadable(done);
      const upTo = source.store.revision;
      const found = source.history(range, position, endOf(upTo), chunk);
      const last = found[chunk - 1];
      behind = last !== undefined;
      // The rest of the last commit may be in the next chunk, so that commit does not count as done.
      done = last ? last.event.revision - 1 : upTo;
      position = last ? last.position : endOf(upTo);
      for (const { event } of found) {
        yield event;
        if (signal.aborted) return;
      }
      if (behind) continue;
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
