import { isReason, type KubeObject } from '@dormice/apimachinery';
import { listAll, resources, type WorkResult } from '@dormice/client';
import { absent } from '../host-writer.ts';
import { type PodFacts, pod as translator } from '../kinds/pod/pod.ts';
import { ephemeralClaimName, podReferences } from '../kinds/pod/references.ts';
import type { Loose } from '../loose.ts';
import { recordEvent } from '../recorder.ts';
import type { Engine, Session } from '../session.ts';
import { isRefusal } from '../translator.ts';
import { telling } from './copy.ts';

/** Makes the host pod, and before it everything that it needs there. */
export async function createHostPod(
  engine: Engine,
  session: Session,
  object: KubeObject,
): Promise<WorkResult> {
  const { namespace = '' } = object.metadata;
  const context = session.context(await factsOf(session, namespace, object));
  const hostPod = translator.toHost(object, context);
  if (isRefusal(hostPod)) {
    const { reason, message } = hostPod;
    await recordEvent(session.client, object, { type: 'Warning', reason, message }, engine.now());
    return undefined;
  }
  await requireAnchor(engine, session);
  await telling(engine, session, object, () => prepare(engine, session, object));
  try {
    await telling(engine, session, object, () =>
      engine.host.client.create(resources.pods, hostPod, { namespace: session.place.namespace }),
    );
  } catch (error) {
    // Made a moment ago and not yet seen, or one of the same name that is still ending.
    if (isReason(error, 'AlreadyExists')) return { after: 500 };
    throw error;
  }
  return undefined;
}

async function factsOf(session: Session, namespace: string, object: KubeObject): Promise<PodFacts> {
  const links = object.spec?.enableServiceLinks !== false;
  return {
    ...session.facts,
    services: links ? await listAll(session.client, resources.services, { namespace }) : [],
    namespaceLabels: await session.namespaceLabels(namespace),
    serviceAccounts: session.config.toHost.serviceAccounts.enabled,
  };
}

/** A pod whose owner is gone would be collected at once, and made again, and so on. */
async function requireAnchor(engine: Engine, session: Session): Promise<void> {
  const { kind, name, uid } = session.anchor;
  if (kind !== 'ConfigMap') return;
  const { namespace } = session.place;
  if (engine.cache.get('configmaps', namespace, name)?.metadata.uid === uid) return;
  const live = await engine.host.client
    .get(resources.configmaps, name, { namespace })
    .catch(absent);
  if (live?.metadata.uid === uid && live.metadata.deletionTimestamp === undefined) return;
  throw new Error(
    `the run anchor ConfigMap ${namespace}/${name} is gone from the host, so no pod can start; let the virtual cluster sleep and wake again`,
  );
}

async function prepare(engine: Engine, session: Session, object: KubeObject): Promise<void> {
  const { namespace = '', name = '' } = object.metadata;
  await ensureEphemeralClaims(session, object);
  const { configmaps, secrets, claims } = podReferences(object);
  const account = object.spec?.serviceAccountName ?? 'default';
  await Promise.all([
    ...[...configmaps].map((own) => engine.run(session, 'configmaps', namespace, own)),
    ...[...secrets].map((own) => engine.run(session, 'secrets', namespace, own)),
    ...[...claims].map((own) => engine.run(session, 'persistentvolumeclaims', namespace, own)),
    engine.run(session, 'serviceaccounts', namespace, account),
  ]);
  const renewal = await engine.run(session, 'tokens', namespace, name);
  // So that somebody looks after the renewal.
  if (renewal) engine.enqueue(session, 'tokens', namespace, name);
}

/** The claims of volumes that come and go with the pod. */
async function ensureEphemeralClaims(session: Session, object: KubeObject): Promise<void> {
  const { namespace = '', name = '', uid = '' } = object.metadata;
  for (const volume of object.spec?.volumes ?? []) {
    const template: Loose = volume.ephemeral?.volumeClaimTemplate;
    if (!template) continue;
    await session.client
      .create(resources.persistentvolumeclaims, {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: {
          ...template.metadata,
          name: ephemeralClaimName(name, volume.name),
          namespace,
          ownerReferences: [
            {
              apiVersion: 'v1',
              kind: 'Pod',
              name,
              uid,
              controller: true,
              blockOwnerDeletion: true,
            },
          ],
        },
        spec: template.spec,
      })
      .catch((error: unknown) => {
        if (!isReason(error, 'AlreadyExists')) throw error;
      });
  }
}
