import type { Event } from '@dormice/storage';
import { batchFrames } from './batch-frames.ts';
import { bookmarkFrame } from './frames.ts';
import type { WatchPlan } from './watch-plan.ts';

/** How often a watch that asked for bookmarks gets one, milliseconds. */
const bookmarkEveryMs = 60_000;

/** A second look after everything that was committed by now has reached its watchers. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * The frames of events with a bookmark now and then, and one at the end, so that a resumed watch starts where this one
 * ended. A bookmark is given only while no event is on its way: it must not claim more than the client has got.
 *
 * @param ended settles when the watch has lasted long enough
 */
export async function* withBookmarks(
  plan: WatchPlan,
  batches: AsyncIterable<Event[]>,
  ended: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = batches[Symbol.asyncIterator]();
  let arrived = false;
  const pull = async (): Promise<IteratorResult<Event[]>> => {
    arrived = false;
    try {
      return await iterator.next();
    } finally {
      arrived = true;
    }
  };
  let next = pull();
  let wake: () => void = () => undefined;
  const onAlarm = (): void => wake();
  const timer = setInterval(onAlarm, bookmarkEveryMs);
  timer.unref();
  ended.addEventListener('abort', onAlarm);
  try {
    for (;;) {
      const alarm = new Promise<'alarm'>((resolve) => {
        wake = () => resolve('alarm');
        if (ended.aborted) wake();
      });
      const result = await Promise.race([next, alarm]);
      if (result === 'alarm') {
        const { revision } = plan.context.store;
        await settled();
        if (!arrived) yield bookmarkFrame(plan, revision, false);
        if (ended.aborted) return;
        continue;
      }
      if (result.done) return;
      const frames = await batchFrames(plan, result.value);
      next = pull();
      if (frames) yield frames;
    }
  } finally {
    clearInterval(timer);
    ended.removeEventListener('abort', onAlarm);
    next.catch(() => undefined);
  }
}
