import { isReason, type KubeObject } from '@dormice/apimachinery';
import { listAll, resources } from '@dormice/client';
import { annotations } from './labels.ts';
import type { Loose } from './loose.ts';
import type { Engine, Session } from './session.ts';
import { finish, hasBeenOnHost, isOfThisRun } from './sync/sync-pod.ts';
import { isOver } from './sync/sync-tokens.ts';

/** Where pods wait that are taken down to be made again: a crash in between must not lose them. */
const journalNamespace = 'kube-system';
const journalLabel = 'dormice.dev/revival';
const journalType = 'dormice.dev/pod';

/**
 * Pods of the run before whose host pods are gone: those with a controller are removed (it makes new ones), those
 * without are made again from their own spec, finished ones stay as the record that they are.
 */
export async function revive(engine: Engine, session: Session): Promise<void> {
  await replayJournal(session);
  for (const object of await listAll(session.client, resources.pods)) {
    if (!hasLostItsHostPod(engine, session, object)) continue;
    if (object.metadata.deletionTimestamp !== undefined || isControlled(object)) {
      await finish(session, object);
    } else {
      await remake(session, object);
    }
  }
}

function hasLostItsHostPod(engine: Engine, session: Session, object: KubeObject): boolean {
  if (isOver(object) || !hasBeenOnHost(object)) return false;
  const { name = '', namespace = '', uid } = object.metadata;
  const host = engine.cache.get('pods', session.place.namespace, session.hostName(namespace, name));
  return (
    host === undefined ||
    host.metadata.annotations?.[annotations.uid] !== uid ||
    !isOfThisRun(session, host)
  );
}

function isControlled(object: KubeObject): boolean {
  return (object.metadata.ownerReferences ?? []).some(({ controller }) => controller === true);
}

async function remake(session: Session, object: KubeObject): Promise<void> {
  const journal = await session.client.create<KubeObject>(resources.secrets, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `dormice-revival-${object.metadata.uid}`,
      namespace: journalNamespace,
      labels: { [journalLabel]: 'pod' },
    },
    type: journalType,
    data: { pod: Buffer.from(JSON.stringify(freshPod(object))).toString('base64') },
  });
  await finish(session, object);
  await replay(session, journal);
}

async function replayJournal(session: Session): Promise<void> {
  const entries = await listAll(session.client, resources.secrets, {
    namespace: journalNamespace,
    labelSelector: journalLabel,
  });
  for (const entry of entries) if (entry.type === journalType) await replay(session, entry);
}

async function replay(session: Session, journal: KubeObject): Promise<void> {
  const text = Buffer.from(String(journal.data?.pod), 'base64').toString('utf8');
  const pod = JSON.parse(text) as KubeObject;
  await session.client.create(resources.pods, pod).catch((error: unknown) => {
    // It is there already, or its namespace went meanwhile.
    if (!isReason(error, 'AlreadyExists', 'NotFound', 'Forbidden')) throw error;
  });
  await session.client.delete(resources.secrets, journal.metadata.name ?? '', {
    namespace: journalNamespace,
  });
}

/** The pod as its author wrote it, as far as that is known. */
function freshPod(object: KubeObject): KubeObject {
  const { name, namespace, labels, annotations: notes, ownerReferences } = object.metadata;
  const { nodeName: _, ephemeralContainers: _debug, ...spec }: Loose = object.spec;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels }),
      ...(notes === undefined ? {} : { annotations: notes }),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
    },
    spec,
  };
}
