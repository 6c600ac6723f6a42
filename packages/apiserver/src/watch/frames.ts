import { errors, type KubeObject, type Status, toStatusError } from '@dormice/apimachinery';
import { type Event, StoreError } from '@dormice/storage';
import { present, presentBytes } from '../registry/stored.ts';
import { partialMetadata, tableOf } from '../table/table.ts';
import type { EventType } from './frame-codec.ts';
import type { WatchPlan } from './watch-plan.ts';

/** One frame's bytes are made once and shared by all watchers that want the same. */
const framesOf = new WeakMap<Event, Map<string, Uint8Array>>();

/** A frame, after its objects were converted where a webhook does that; otherwise at once. */
export function made(
  { conversion }: WatchPlan,
  make: () => Uint8Array | undefined,
): Promise<Uint8Array | undefined> | Uint8Array | undefined {
  return conversion ? conversion.run(make) : make();
}

/** An object that is there when the watch begins. */
export function initialFrame(plan: WatchPlan, bytes: Uint8Array): Uint8Array | undefined {
  const { kind, selection, shape, codec } = plan;
  if (selection.everything && shape.as === 'Object' && codec.takesStored) {
    return codec.frame('ADDED', presentBytes(kind, bytes));
  }
  const object = present(kind, bytes);
  if (!selection.matches(object)) return undefined;
  return codec.frame('ADDED', codec.encode(shapedObject(plan, object)));
}

/** The frame that this watcher gets for an event; nothing when its selection does not care. */
export function eventFrame(plan: WatchPlan, event: Event): Uint8Array | undefined {
  const { kind, selection, codec } = plan;
  if (selection.everything) {
    const type: EventType =
      event.type === 'delete' ? 'DELETED' : event.previous === undefined ? 'ADDED' : 'MODIFIED';
    return sharedFrame(plan, event, type);
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
  if (isIn) return sharedFrame(plan, event, wasIn ? 'MODIFIED' : 'ADDED');
  if (!wasIn) return undefined;
  if (event.type === 'delete') return sharedFrame(plan, event, 'DELETED');
  // It left the selection: its state before, with the revision of the change.
  const left = {
    ...before,
    metadata: { ...before?.metadata, resourceVersion: String(event.revision) },
  };
  return codec.frame('DELETED', codec.encode(shapedObject(plan, left as KubeObject)));
}

function sharedFrame(plan: WatchPlan, event: Event, type: EventType): Uint8Array {
  const { kind, shape, codec } = plan;
  const name = plan.frameNames[type];
  const key = shape.as === 'Table' && plan.columnsSent ? `${name} more` : name;
  let known = framesOf.get(event);
  if (!known) {
    known = new Map();
    framesOf.set(event, known);
  }
  let frame = known.get(key);
  if (!frame) {
    const raw = codec.takesStored && shape.as === 'Object';
    const bytes = raw
      ? presentBytes(kind, event.value)
      : codec.encode(shapedObject(plan, present(kind, event.value)));
    frame = codec.frame(type, bytes);
    known.set(key, frame);
  }
  return frame;
}

function shapedObject(plan: WatchPlan, object: KubeObject): object {
  const { context, kind, shape, include } = plan;
  switch (shape.as) {
    case 'Table':
      return tableOf(context, kind, [object], {
        include,
        version: shape.version,
        withoutColumns: plan.columnsSent,
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
export function bookmarkFrame(plan: WatchPlan, revision: number, initialEnd: boolean): Uint8Array {
  const { kind, codec } = plan;
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
  return codec.frame('BOOKMARK', codec.encode(shaped));
}

/** Ends a watch with the reason. */
export function errorFrame(error: unknown, plan: WatchPlan): Uint8Array {
  return plan.codec.frame('ERROR', plan.codec.encode(statusOf(error, plan)));
}

/** A revision that was compacted, or that this cluster never had (its state was restored): the client lists again. */
function statusOf(error: unknown, { after, context }: WatchPlan): Status {
  const code = error instanceof StoreError ? error.code : undefined;
  if (code === 'Compacted') {
    return errors
      .expired(`too old resource version: ${after} (${context.store.compacted})`)
      .toStatus();
  }
  if (code === 'Future') {
    return errors
      .expired(`too large resource version: ${after}, current: ${context.store.revision}`)
      .toStatus();
  }
  return toStatusError(error).toStatus();
}
