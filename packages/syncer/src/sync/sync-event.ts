import { isReason, type KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { absent } from '../host-writer.ts';
import { nameTable } from '../kinds/pod/status.ts';
import { fingerprint, identityOf } from '../labels.ts';
import { putNamesBack } from '../put-names-back.ts';
import type { Engine, Session, Sync } from '../session.ts';

const kinds = {
  Pod: { cache: 'pods', resource: resources.pods },
  PersistentVolumeClaim: {
    cache: 'persistentvolumeclaims',
    resource: resources.persistentvolumeclaims,
  },
} as const;

/** The host object that an event is about, if it is one of Dormice's. */
export function subjectOf(cache: Engine['cache'], event: KubeObject): KubeObject | undefined {
  const { kind, namespace = '', name = '', uid } = event.involvedObject ?? {};
  const known = kinds[kind as keyof typeof kinds];
  const found = known && cache.get(known.cache, namespace, name);
  return uid === undefined || found?.metadata.uid === uid ? found : undefined;
}

/** An event of the host about a pod or claim, told about the virtual one. Its name is the host event's name: no doubles. */
export const syncEvent: Sync = async (engine, session, { name: hostEventName }) => {
  const event = session.events.get(hostEventName);
  if (!event) return undefined;
  await tell(engine, session, event);
  if (session.events.get(hostEventName) === event) session.events.delete(hostEventName);
  return undefined;
};

async function tell(engine: Engine, session: Session, event: KubeObject): Promise<void> {
  const host = subjectOf(engine.cache, event);
  const identity = host && identityOf(host);
  const known = kinds[event.involvedObject?.kind as keyof typeof kinds];
  if (!host || !identity || !known) return;
  const { namespace, name } = identity;
  const object = await session.client.get(known.resource, name, { namespace }).catch(absent);
  if (!object || object.metadata.uid !== identity.uid) return;
  const eventName = `${name.slice(0, 230)}.${fingerprint(event.metadata.uid)}`;
  const message = putNamesBack(
    String(event.message ?? ''),
    nameTable(host, object, session.context()),
  );
  const { reason, type, count, firstTimestamp, lastTimestamp, eventTime, series, action } = event;
  const body = {
    reason,
    message,
    type: type || 'Normal',
    ...(count === undefined ? {} : { count }),
    ...(series === undefined || series === null ? {} : { series }),
    firstTimestamp: firstTimestamp ?? null,
    lastTimestamp: lastTimestamp ?? null,
  };
  const current = await session.client
    .get(resources.events, eventName, { namespace })
    .catch(absent);
  if (current) {
    if (current.count === count && current.lastTimestamp === lastTimestamp) return;
    const changes = { ...body, firstTimestamp: undefined };
    await session.client.patch(resources.events, eventName, changes, { namespace, type: 'merge' });
    return;
  }
  await session.client
    .create(resources.events, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName, namespace },
      involvedObject: {
        apiVersion: 'v1',
        kind: object.kind,
        namespace,
        name,
        uid: object.metadata.uid,
        ...(event.involvedObject.fieldPath === undefined
          ? {}
          : { fieldPath: event.involvedObject.fieldPath }),
      },
      ...body,
      eventTime: eventTime ?? null,
      ...(action === undefined ? {} : { action }),
      source: event.source ?? {},
      reportingComponent: event.reportingComponent ?? '',
      reportingInstance: event.reportingInstance ?? '',
    })
    .catch((error: unknown) => {
      // A namespace that is going takes no events; one that came first has told it.
      if (!isReason(error, 'AlreadyExists', 'Forbidden', 'NotFound')) throw error;
    });
}
