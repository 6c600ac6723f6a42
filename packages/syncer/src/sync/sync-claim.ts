import { deepEqual, type KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { absent } from '../host-writer.ts';
import { persistentVolumeClaim } from '../kinds/persistent-volume-claim.ts';
import { annotations, labels } from '../labels.ts';
import { recordEvent } from '../recorder.ts';
import type { Engine, Session, Sync } from '../session.ts';
import { isRefusal } from '../translator.ts';
import { telling } from './copy.ts';
import { updateStatus } from './update-status.ts';

const resource = resources.persistentvolumeclaims;

/** Declared volumes outlive the API's state: the syncer never deletes their host claims, and takes them up again. */
const isDeclared = (host: KubeObject): boolean =>
  host.metadata.labels?.[labels.volume] !== undefined;

/** A claim to the host, its volume and status back. */
export const syncClaim: Sync = async (engine, session, { namespace, name }) => {
  const object = await session.client.get(resource, name, { namespace }).catch(absent);
  const hostName = session.hostName(namespace, name);
  const known = engine.cache.get('persistentvolumeclaims', session.place.namespace, hostName);
  if (!object) {
    if (known && !isDeclared(known)) await engine.host.delete(resource, known, session.uid);
    return undefined;
  }
  if (known && isStale(known, object)) {
    await engine.host.delete(resource, known, session.uid);
    return { after: 1_000 };
  }
  if (!known && object.spec?.volumeName) {
    const live = await engine.host.read(resource, session.place.namespace, hostName, session.uid);
    if (!live) return markLost(session, object);
  }
  if (known?.metadata.deletionTimestamp !== undefined) {
    await takeBack(engine, session, object, known);
    return undefined;
  }
  const wanted = persistentVolumeClaim.toHost(object, session.context());
  if (isRefusal(wanted)) {
    const { reason, message } = wanted;
    await recordEvent(session.client, object, { type: 'Warning', reason, message }, engine.now());
    return undefined;
  }
  const host = await telling(engine, session, object, () =>
    engine.host.apply(resource, known ? keepingFixed(wanted, known) : wanted, session.uid, known),
  );
  await takeBack(engine, session, object, host);
  return undefined;
};

const fixedFields = ['accessModes', 'storageClassName', 'volumeMode', 'dataSource'];

/** What a claim never changes stays as the host has it: a claim that is taken up again may not know its class yet. */
function keepingFixed(wanted: KubeObject, known: KubeObject): KubeObject {
  const fixed = fixedFields
    .filter((field) => known.spec?.[field] !== undefined)
    .map((field) => [field, known.spec[field]]);
  return { ...wanted, spec: { ...wanted.spec, ...Object.fromEntries(fixed) } };
}

/** Is it the claim of an earlier virtual claim of the same name, whose data is not this one's? */
function isStale(host: KubeObject, object: KubeObject): boolean {
  return (
    host.metadata.annotations?.[annotations.uid] !== object.metadata.uid &&
    !(isDeclared(host) && object.metadata.labels?.[labels.volume] !== undefined)
  );
}

async function takeBack(
  engine: Engine,
  session: Session,
  object: KubeObject,
  host: KubeObject,
): Promise<void> {
  const next = persistentVolumeClaim.toVirtual?.(host, object, session.context());
  if (!next) return;
  const volume: string | undefined = host.spec?.volumeName;
  if (volume !== undefined) await engine.run(session, 'persistentvolumes', '', volume);
  const same =
    deepEqual(next.spec, object.spec) &&
    deepEqual(next.metadata.annotations ?? {}, object.metadata.annotations ?? {});
  const { status: _, ...withoutStatus } = next;
  const current = same
    ? object
    : await session.client.update(resource, {
        ...withoutStatus,
        ...(object.status === undefined ? {} : { status: object.status }),
      } as KubeObject);
  await updateStatus(session.client, resource, current, () => next.status);
}

/** The host's claim is gone, and the data with it: said as upstream says it, never papered over with an empty volume. */
async function markLost(session: Session, object: KubeObject): Promise<undefined> {
  await updateStatus(session.client, resource, object, (current) => ({
    ...current.status,
    phase: 'Lost',
  }));
  return undefined;
}
