import { formatTime, isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { absent } from './host-writer.ts';
import { fingerprint } from './labels.ts';

export interface Note {
  type: 'Normal' | 'Warning';
  reason: string;
  message: string;
}

/** Says something about a virtual object in an event; the same again only counts. */
export async function recordEvent(
  client: Client,
  about: KubeObject,
  note: Note,
  now: Date,
): Promise<void> {
  const { name = '', uid = '' } = about.metadata;
  const namespace = about.metadata.namespace || 'default';
  const eventName = `${name.slice(0, 230)}.${fingerprint([uid, note])}`;
  const time = formatTime(now);
  const known = await client.get(resources.events, eventName, { namespace }).catch(absent);
  if (known) {
    const changes = { count: (known.count ?? 1) + 1, lastTimestamp: time };
    await client.patch(resources.events, eventName, changes, { namespace, type: 'merge' });
    return;
  }
  await client
    .create(resources.events, {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: eventName, namespace },
      involvedObject: {
        apiVersion: about.apiVersion,
        kind: about.kind,
        name,
        ...(about.metadata.namespace === undefined ? {} : { namespace }),
        uid,
      },
      ...note,
      message: note.message.slice(0, 1024),
      source: { component: 'dormice-syncer' },
      reportingComponent: 'dormice-syncer',
      reportingInstance: '',
      count: 1,
      firstTimestamp: time,
      lastTimestamp: time,
    })
    .catch((error: unknown) => {
      // A namespace that is going takes no events, and one that came first has said it.
      if (!isReason(error, 'AlreadyExists', 'Forbidden', 'NotFound')) throw error;
    });
}
