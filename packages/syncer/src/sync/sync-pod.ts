import { isReason, type KubeObject } from '@dormice/apimachinery';
import { resources, type WorkResult } from '@dormice/client';
import { absent } from '../host-writer.ts';
import { newEphemeralContainers, newGateConditions, podChanges } from '../kinds/pod/changes.ts';
import type { PodFacts } from '../kinds/pod/pod.ts';
import { virtualStatus } from '../kinds/pod/status.ts';
import { annotations, belongsTo } from '../labels.ts';
import type { Loose } from '../loose.ts';
import type { Engine, Session, Sync } from '../session.ts';
import { telling } from './copy.ts';
import { createHostPod } from './create-host-pod.ts';
import { isOver } from './sync-tokens.ts';
import { updateStatus } from './update-status.ts';

/** While a pod of the same host name is still ending, look again; its end also comes as a change. */
const lookAgain = { after: 1_000 };

/** One pod, both ways: the virtual one says what should be, the host one says what is. */
export const syncPod: Sync = async (engine, session, { namespace, name }) => {
  const object = await session.client.get(resources.pods, name, { namespace }).catch(absent);
  const host = engine.cache.get('pods', session.place.namespace, session.hostName(namespace, name));
  if (!object) {
    if (host) await removeHostPod(engine, session, host);
    return undefined;
  }
  if (!host) return syncMissing(engine, session, object);
  if (host.metadata.annotations?.[annotations.uid] !== object.metadata.uid) {
    await removeHostPod(engine, session, host);
    return lookAgain;
  }
  if (!isOfThisRun(session, host)) {
    await removeHostPod(engine, session, host);
    return lookAgain;
  }
  return syncPresent(engine, session, object, host);
};

/** Was the host pod made since the cluster last woke? */
export function isOfThisRun(session: Session, host: KubeObject): boolean {
  return (host.metadata.ownerReferences ?? []).some(({ uid }) => uid === session.anchor.uid);
}

/** Has the pod been on the host, by its own account? */
export function hasBeenOnHost(object: KubeObject): boolean {
  const { startTime, conditions = [] } = object.status ?? {};
  return (
    startTime !== undefined ||
    conditions.some(({ type, status }: Loose) => type === 'PodScheduled' && status === 'True')
  );
}

/** Removes the virtual pod at once: there is nothing left to wait for. */
export async function finish(session: Session, object: KubeObject): Promise<void> {
  await deleteVirtual(session, object, 0);
}

async function deleteVirtual(
  session: Session,
  { metadata: { name = '', namespace = '', uid = '' } }: KubeObject,
  gracePeriodSeconds: number,
): Promise<void> {
  await session.client
    .delete(resources.pods, name, { namespace, gracePeriodSeconds, preconditions: { uid } })
    .catch((error: unknown) => {
      if (!isReason(error, 'NotFound', 'Conflict')) throw error;
    });
}

/** A pod that nobody wants ends with its grace; one that was ending already, and is wanted by nobody any more, at once. */
async function removeHostPod(engine: Engine, session: Session, host: KubeObject): Promise<void> {
  if (!belongsTo(host, session.uid)) return;
  const ending = host.metadata.deletionTimestamp !== undefined;
  if (ending && isOfThisRun(session, host) === false) return;
  const options = ending ? { gracePeriodSeconds: 0 } : {};
  await engine.host.delete(resources.pods, host, session.uid, options);
}

async function syncMissing(
  engine: Engine,
  session: Session,
  object: KubeObject,
): Promise<WorkResult> {
  if (object.metadata.deletionTimestamp !== undefined) {
    await finish(session, object);
    return undefined;
  }
  if (isOver(object)) return undefined;
  if (!hasBeenOnHost(object)) return createHostPod(engine, session, object);
  const { name = '', namespace = '' } = object.metadata;
  const live = await engine.host.read(
    resources.pods,
    session.place.namespace,
    session.hostName(namespace, name),
    session.uid,
  );
  if (live) return lookAgain;
  engine.log('info', 'host pod is gone, so the virtual pod goes', {
    cluster: session.uid,
    pod: `${namespace}/${name}`,
  });
  await finish(session, object);
  return undefined;
}

async function syncPresent(
  engine: Engine,
  session: Session,
  object: KubeObject,
  host: KubeObject,
): Promise<WorkResult> {
  const facts: PodFacts = {
    ...session.facts,
    services: [],
    namespaceLabels: await session.namespaceLabels(object.metadata.namespace ?? ''),
    serviceAccounts: session.config.toHost.serviceAccounts.enabled,
  };
  const context = session.context(facts);
  await syncDeletion(engine, session, object, host);
  const bound = await bind(engine, session, object, host);
  if (!bound) return undefined;
  await updateStatus(session.client, resources.pods, bound, (current) =>
    virtualStatus(host, current, context),
  );
  if (host.metadata.deletionTimestamp !== undefined) return undefined;
  await pushChanges(engine, session, object, host, context);
  return isOver(host) ? engine.run(session, 'tokens', ...nameOf(object)) : undefined;
}

const nameOf = ({ metadata }: KubeObject): [string, string] => [
  metadata.namespace ?? '',
  metadata.name ?? '',
];

/** Ending is passed on in both directions, with its grace. */
async function syncDeletion(
  engine: Engine,
  session: Session,
  object: KubeObject,
  host: KubeObject,
): Promise<void> {
  const virtualGrace = graceOf(object);
  const hostGrace = graceOf(host);
  if (virtualGrace !== undefined && (hostGrace === undefined || hostGrace > virtualGrace)) {
    await engine.host.delete(resources.pods, host, session.uid, {
      gracePeriodSeconds: virtualGrace,
    });
  } else if (hostGrace !== undefined && virtualGrace === undefined) {
    await deleteVirtual(session, object, Math.max(hostGrace, 1));
  }
}

function graceOf({ metadata }: KubeObject): number | undefined {
  if (metadata.deletionTimestamp === undefined) return undefined;
  return metadata.deletionGracePeriodSeconds ?? 30;
}

/** Puts the virtual pod on the node that the host chose. `undefined` when the virtual pod must go instead. */
async function bind(
  engine: Engine,
  session: Session,
  object: KubeObject,
  host: KubeObject,
): Promise<KubeObject | undefined> {
  const node: string | undefined = host.spec?.nodeName;
  const known: string | undefined = object.spec?.nodeName;
  if (!node) return object;
  if (!session.nodes.has(node)) await engine.run(session, 'nodes', '', node);
  if (known === node) return object;
  if (known) {
    await engine.host.delete(resources.pods, host, session.uid);
    await finish(session, object);
    return undefined;
  }
  const { name = '', namespace = '', uid = '' } = object.metadata;
  await session.client
    .create(
      resources.pods,
      {
        apiVersion: 'v1',
        kind: 'Binding',
        metadata: { name, namespace, uid },
        target: { apiVersion: 'v1', kind: 'Node', name: node },
      },
      { namespace, subresource: 'binding' },
    )
    .catch((error: unknown) => {
      if (!isReason(error, 'Conflict', 'NotFound')) throw error;
    });
  const fresh = await session.client.get(resources.pods, name, { namespace }).catch(absent);
  return fresh?.metadata.uid === uid ? fresh : undefined;
}

/** What a tenant may still change on a running pod. */
async function pushChanges(
  engine: Engine,
  session: Session,
  object: KubeObject,
  host: KubeObject,
  context: ReturnType<Session['context']>,
): Promise<void> {
  const name = host.metadata.name ?? '';
  const namespace = session.place.namespace;
  const send = (patch: Loose, subresource?: string) =>
    telling(engine, session, object, () =>
      engine.host.client.patch(
        resources.pods,
        name,
        { ...patch, metadata: { ...patch.metadata, uid: host.metadata.uid } },
        { namespace, type: 'strategic', ...(subresource === undefined ? {} : { subresource }) },
      ),
    );
  const changes = podChanges(host, object, context);
  if (changes) await send(changes);
  const ephemeralContainers = newEphemeralContainers(host, object, context);
  if (ephemeralContainers.length > 0) {
    await send({ spec: { ephemeralContainers } }, 'ephemeralcontainers');
  }
  const conditions = newGateConditions(host, object);
  if (conditions.length > 0) await send({ status: { conditions } }, 'status');
}
