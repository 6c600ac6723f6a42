import { createHash } from 'node:crypto';
import { formatTime, isReason, type KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import type { ObjectEvent } from '../controller.ts';

/** Longest message that the API takes, bytes. */
const longestMessage = 1024;

/**
 * Creates an event, or counts it once more when the same was recorded before: its name is made from what it says. So
 * nothing needs to be remembered, and a storm of the same news is one object.
 */
export async function recordEvent(
  client: Client,
  now: Date,
  component: string,
  about: KubeObject,
  { type, reason, message }: ObjectEvent,
): Promise<void> {
  const namespace = about.metadata.namespace ?? 'default';
  const digest = createHash('sha1')
    .update([about.metadata.uid, component, type, reason, message].join('\0'))
    .digest('hex')
    .slice(0, 16);
  const name = `${about.metadata.name}.${digest}`;
  const time = formatTime(now);
  const event: KubeObject = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: {
      apiVersion: about.apiVersion,
      kind: about.kind,
      name: about.metadata.name,
      ...(about.metadata.namespace === undefined ? {} : { namespace: about.metadata.namespace }),
      uid: about.metadata.uid,
      resourceVersion: about.metadata.resourceVersion,
    },
    type,
    reason,
    message: message.slice(0, longestMessage),
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
  try {
    await client.create(resources.events, event);
  } catch (error) {
    if (!isReason(error, 'AlreadyExists')) throw error;
    const known = await client.get(resources.events, name, { namespace });
    const counted = { count: Number(known['count'] ?? 1) + 1, lastTimestamp: time };
    await client.patch(resources.events, name, counted, { namespace, type: 'merge' });
  }
}
