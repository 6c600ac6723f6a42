import { errors, type KubeObject, type Status, toStatusError } from '@dormice/apimachinery';
import type { ApiRequest, ApiResponse } from '@dormice/client';
import type { Kind } from '@dormice/kinds';
import { type Event, prefixRange, StoreError } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { collectionPrefix } from '../registry/keys.ts';
import { parseRevision } from '../registry/list-options.ts';
import { type Selection, selectionOf } from '../registry/selection.ts';
import { isStoredForm, present, presentBytes } from '../registry/stored.ts';
import { negotiate, type Shape } from '../respond/negotiate.ts';
import type { ResourceRequest } from '../route.ts';
import { type IncludeObject, includeObjectOf, partialMetadata, tableOf } from '../table/table.ts';

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

const encoder = new TextEncoder();
const frameTail = encoder.encode('}\n');
const frameHeads: Record<EventType, Uint8Array> = {
  ADDED: encoder.encode('{"type":"ADDED","object":'),
  MODIFIED: encoder.encode('{"type":"MODIFIED","object":'),
  DELETED: encoder.encode('{"type":"DELETED","object":'),
};

/** How long a watch without `timeoutSeconds` lasts, seconds: 30 to 60 minutes, so that not all end together. */
const defaultTimeout = (): number => 1800 + Math.floor(Math.random() * 1800);
/** How often a watch that asked for bookmarks gets one, milliseconds. */
const bookmarkEveryMs = 60_000;

/** One frame's bytes are made once and shared by all watchers that want the same. */
const framesOf = new WeakMap<Event, Map<string, Uint8Array>>();

interface WatchPlan {
  context: ServerContext;
  kind: Kind;
  selection: Selection;
  shape: Shape;
  include: IncludeObject;
  prefix: string;
  bookmarks: boolean;
  /** Begins with the present state as ADDED events. */
  initial: boolean;
  /** Ends the initial events with an annotated bookmark. */
  markInitialEnd: boolean;
  after: number;
  timeoutMs: number;
}

/** GET with `watch=true`: a stream of frames, one JSON document a line. */
export function watchObjects(
  context: ServerContext,
  kind: Kind,
  info: ResourceRequest,
  request: ApiRequest,
): ApiResponse {
  const plan = planOf(context, kind, info, request);
  return {
    status: 200,
    headers: {
      'content-type': 'application/json',
      'cache-control': 'no-cache, private',
    },
    body: counted(context, frames(plan, request.signal)),
  };
}

function planOf(
  context: ServerContext,
  kind: Kind,
  info: ResourceRequest,
  request: ApiRequest,
): WatchPlan {
  const { query } = request;
  const { shape } = negotiate(request);
  const version = query.get('resourceVersion') ?? '';
  const sendInitial = query.get('sendInitialEvents');
  const bookmarks =
    query.get('allowWatchBookmarks') === 'true' || query.get('allowWatchBookmarks') === '1';
  if (sendInitial !== null && sendInitial !== '') {
    if ((query.get('resourceVersionMatch') ?? '') !== 'NotOlderThan') {
      throw errors.invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
        {
          type: 'FieldValueForbidden',
          field: 'resourceVersionMatch',
          detail: 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
        },
      ]);
    }
  } else if ((query.get('resourceVersionMatch') ?? '') !== '') {
    throw errors.invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
      {
        type: 'FieldValueForbidden',
        field: 'resourceVersionMatch',
        detail: 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
      },
    ]);
  }
  const revision = version === '' ? 0 : parseRevision(version);
  const initial = sendInitial === 'true' || (sendInitial === null && revision === 0);
  const seconds = Number(query.get('timeoutSeconds') ?? 0) || defaultTimeout();
  return {
    context,
    kind,
    selection: selectionOf(kind, query, info.name),
    shape,
    include: includeObjectOf(query),
    prefix: collectionPrefix(kind, info.namespace),
    bookmarks,
    initial,
    markInitialEnd: sendInitial === 'true' && bookmarks,
    after: revision,
    timeoutMs: seconds * 1000,
  };
}

/** Counts the watch while its body is read. */
async function* counted(
  context: ServerContext,
  body: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  context.activity.watches += 1;
  try {
    yield* body;
  } finally {
    context.activity.watches -= 1;
  }
}

async function* frames(
  plan: WatchPlan,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { context, prefix } = plan;
  const range = prefixRange(prefix);
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  const timer = setTimeout(stop, plan.timeoutMs);
  timer.unref();
  signal?.addEventListener('abort', stop, { once: true });
  context.closing.addEventListener('abort', stop, { once: true });
  if (signal?.aborted || context.closing.aborted) stop();
  try {
    let after = plan.after;
    if (plan.initial) {
      const page = context.store.list(range, { count: false });
      after = page.revision;
      for (const entry of page.entries) {
        const frame = initialFrame(plan, entry.value);
        if (frame) yield frame;
      }
      if (plan.markInitialEnd) yield bookmarkFrame(plan, after, true);
    }
    const events = context.store.watch(range, after, abort.signal);
    yield* plan.bookmarks ? withBookmarks(plan, events, abort.signal) : plainFrames(plan, events);
  } catch (error) {
    if (abort.signal.aborted) return;
    yield errorFrame(error, plan);
  } finally {
    clearTimeout(timer);
    abort.abort();
    signal?.removeEventListener('abort', stop);
    context.closing.removeEventListener('abort', stop);
  }
}

async function* plainFrames(
  plan: WatchPlan,
  events: AsyncIterable<Event>,
): AsyncGenerator<Uint8Array> {
  for await (const event of events) {
    const frame = eventFrame(plan, event);
    if (frame) yield frame;
  }
}

/** The same with a bookmark now and then, and one at the end, so that a resumed watch starts where this one ended. */
async function* withBookmarks(
  plan: WatchPlan,
  events: AsyncIterable<Event>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const iterator = events[Symbol.asyncIterator]();
  let next = iterator.next();
  let wake: () => void = () => undefined;
  const timer = setInterval(() => wake(), bookmarkEveryMs);
  timer.unref();
  try {
    for (;;) {
      const tick = new Promise<'tick'>((resolve) => {
        wake = () => resolve('tick');
      });
      const result = await Promise.race([next, tick]);
      if (result === 'tick') {
        yield bookmarkFrame(plan, plan.context.store.revision, false);
        continue;
      }
      if (result.done) break;
      const frame = eventFrame(plan, result.value);
      next = iterator.next();
      if (frame) yield frame;
    }
    if (signal.aborted && !plan.context.closing.aborted) {
      yield bookmarkFrame(plan, plan.context.store.revision, false);
    }
  } finally {
    clearInterval(timer);
    await iterator.return?.();
  }
}

function initialFrame(plan: WatchPlan, bytes: Uint8Array): Uint8Array | undefined {
  const { kind, selection, shape } = plan;
  if (selection.everything && shape.as === 'Object') {
    return frameOf('ADDED', presentBytes(kind, bytes));
  }
  const object = present(kind, bytes);
  if (!selection.matches(object)) return undefined;
  return frameOf('ADDED', shapedBytes(plan, object));
}

/** The frame that this watcher gets for an event; nothing when its selection does not care. */
function eventFrame(plan: WatchPlan, event: Event): Uint8Array | undefined {
  const { kind, selection, shape } = plan;
  if (selection.everything) {
    const type: EventType =
      event.type === 'delete' ? 'DELETED' : event.previous === undefined ? 'ADDED' : 'MODIFIED';
    return sharedFrame(plan, event, type, shape.as === 'Object' && isStoredForm(kind));
  }
  const now = event.type === 'delete' ? undefined : present(kind, event.value);
  const before =
    event.previous === undefined
      ? event.type === 'delete'
        ? present(kind, event.value)
        : undefined
      : present(kind, event.previous);
  const isIn = now !== undefined && selection.matches(now);
  const wasIn = before !== undefined && selection.matches(before);
  if (isIn)
    return sharedFrame(
      plan,
      event,
      wasIn ? 'MODIFIED' : 'ADDED',
      shape.as === 'Object' && isStoredForm(kind),
    );
  if (!wasIn) return undefined;
  if (event.type === 'delete') return sharedFrame(plan, event, 'DELETED', false);
  // It left the selection: its state before, with the revision of the change.
  const left = {
    ...before,
    metadata: { ...before?.metadata, resourceVersion: String(event.revision) },
  };
  return frameOf('DELETED', shapedBytes(plan, left as KubeObject));
}

function sharedFrame(plan: WatchPlan, event: Event, type: EventType, raw: boolean): Uint8Array {
  const { kind, shape, include } = plan;
  const key = `${type} ${kind.group}/${kind.version} ${shape.as} ${include}`;
  let known = framesOf.get(event);
  if (!known) {
    known = new Map();
    framesOf.set(event, known);
  }
  let frame = known.get(key);
  if (!frame) {
    const bytes = raw ? event.value : shapedBytes(plan, present(kind, event.value));
    frame = frameOf(type, bytes);
    known.set(key, frame);
  }
  return frame;
}

function frameOf(type: EventType, object: Uint8Array): Uint8Array {
  return Buffer.concat([frameHeads[type], object, frameTail]);
}

function shapedBytes(plan: WatchPlan, object: KubeObject): Uint8Array {
  return encoder.encode(JSON.stringify(shapedObject(plan, object)));
}

function shapedObject(plan: WatchPlan, object: KubeObject): unknown {
  const { context, kind, shape, include } = plan;
  switch (shape.as) {
    case 'Table':
      return tableOf(context, kind, [object], {
        include,
        version: shape.version,
        metadata: { resourceVersion: object.metadata.resourceVersion },
      });
    case 'PartialObjectMetadata':
    case 'PartialObjectMetadataList':
      return partialMetadata(object, shape.version);
    case 'Object':
      return object;
  }
}

/** Says how far the watcher is, without an object. */
function bookmarkFrame(plan: WatchPlan, revision: number, initialEnd: boolean): Uint8Array {
  const { kind } = plan;
  const metadata = {
    resourceVersion: String(revision),
    ...(initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}),
  };
  const object = {
    kind: kind.kind,
    apiVersion: kind.group === '' ? kind.version : `${kind.group}/${kind.version}`,
    metadata,
  };
  const shaped = plan.shape.as === 'Object' ? object : shapedObject(plan, object);
  return encoder.encode(`{"type":"BOOKMARK","object":${JSON.stringify(shaped)}}\n`);
}

function errorFrame(error: unknown, plan: WatchPlan): Uint8Array {
  const status: Status =
    error instanceof StoreError && error.code === 'Compacted'
      ? errors
          .expired(`too old resource version: ${plan.after} (${plan.context.store.compacted})`)
          .toStatus()
      : toStatusError(error).toStatus();
  return encoder.encode(`{"type":"ERROR","object":${JSON.stringify(status)}}\n`);
}
