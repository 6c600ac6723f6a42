import { errors } from '@dormice/apimachinery';
import type { ApiRequest, ApiResponse } from '@dormice/client';
import type { Kind } from '@dormice/kinds';
import { type Page, prefixRange, type Range } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { Slices } from '../fairness/turns.ts';
import { metricsOf } from '../metrics/cluster-metrics.ts';
import { resourceLabels } from '../metrics/count-request.ts';
import type { ResourceRequest } from '../route.ts';
import { batchFrames } from './batch-frames.ts';
import { withBookmarks } from './bookmarks.ts';
import { countFrame } from './count-frame.ts';
import { bookmarkFrame, errorFrame, initialFrame, made } from './frames.ts';
import { planOf, type WatchPlan } from './watch-plan.ts';

/** GET with `watch=true`: a stream of frames, one JSON document a line. */
export function watchObjects(
  context: ServerContext,
  kind: Kind,
  info: ResourceRequest,
  request: ApiRequest,
): ApiResponse {
  if (context.activity.watches >= context.limits.watches) {
    throw errors.tooManyRequests(
      `this cluster has ${context.limits.watches} open watches, which is its limit; please try again later`,
      1,
    );
  }
  const plan = planOf(context, kind, info, request);
  return {
    status: 200,
    headers: {
      'content-type': plan.codec.contentType,
      'cache-control': 'no-cache, private',
    },
    body: frames(plan, info, request.signal),
  };
}

async function* frames(
  plan: WatchPlan,
  info: ResourceRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { context, prefix } = plan;
  const leave = enter(context, info);
  const range = prefixRange(prefix);
  const abort = new AbortController();
  const ended = new AbortController();
  const stop = (): void => abort.abort();
  // With bookmarks the end is announced, so that the last one can be given first.
  const timer = setTimeout(() => (plan.bookmarks ? ended : abort).abort(), plan.timeoutMs);
  timer.unref();
  signal?.addEventListener('abort', stop, { once: true });
  context.closing.addEventListener('abort', stop, { once: true });
  if (signal?.aborted || context.closing.aborted) stop();
  try {
    let after = plan.after;
    if (plan.initial) {
      after = context.store.revision;
      yield* initialFrames(plan, range, after);
      if (plan.markInitialEnd) yield bookmarkFrame(plan, after, true);
    }
    const batches = context.store.watchBatches(range, after, abort.signal);
    if (plan.bookmarks) yield* withBookmarks(plan, batches, ended.signal);
    else {
      // Not a generator of its own: each costs every event a few turns.
      for await (const batch of batches) {
        const making = batchFrames(plan, batch);
        const frames = making instanceof Promise ? await making : making;
        if (frames) yield frames;
      }
    }
  } catch (error) {
    if (abort.signal.aborted) return;
    yield errorFrame(error, plan);
  } finally {
    leave();
    clearTimeout(timer);
    abort.abort();
    signal?.removeEventListener('abort', stop);
    context.closing.removeEventListener('abort', stop);
  }
}

/** Counts the watch; the result is to be called when it ends. */
function enter(context: ServerContext, info: ResourceRequest): () => void {
  const metrics = metricsOf(context);
  const labels = resourceLabels(metrics, info, 'WATCH');
  context.activity.watches += 1;
  metrics.longRunning.add(labels);
  return () => {
    context.activity.watches -= 1;
    metrics.longRunning.add(labels, -1);
  };
}

/** How many objects are read at once: about a slice of the event loop. */
const initialPage = 64;

/** The state as of a revision, page by page, so that nobody else waits for the whole of it. */
async function* initialFrames(
  plan: WatchPlan,
  { start, end }: Range,
  at: number,
): AsyncGenerator<Uint8Array> {
  const slices = new Slices(plan.context);
  let next: string | undefined = start;
  while (next !== undefined) {
    const page: Page = plan.context.store.list(
      { start: next, end },
      { at, limit: initialPage, count: false },
    );
    for (const entry of page.entries) {
      const frame = await made(plan, () => initialFrame(plan, entry.value));
      if (!frame) continue;
      countFrame(plan, frame);
      yield frame;
      plan.columnsSent = true;
    }
    next = page.next;
    const rest = slices.rest();
    if (rest) await rest;
  }
}
