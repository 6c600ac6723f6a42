import {
  deepClone,
  deepEqual,
  formatTime,
  isReason,
  ownerReferenceTo,
  setCondition,
} from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { hashOf } from '../common/hash.ts';
import { find } from '../common/read.ts';
import { writeStatus } from '../common/write-status.ts';
import type { ReconcileContext } from '../controller.ts';
import type { ReplicaSet } from '../replica-set/replica-set.ts';
import {
  controls,
  type Deployment,
  desiredAnnotation,
  fences,
  hashLabel,
  historyAnnotation,
  maxAnnotation,
  newSetOf,
  replicasOf,
  revisionAnnotation,
  revisionOf,
  sameTemplate,
} from './deployment.ts';
import { newSetSize } from './plan.ts';

/** Annotations of a deployment that are its own and not its sets'. */
const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  revisionAnnotation,
  historyAnnotation,
  desiredAnnotation,
  maxAnnotation,
  'deprecated.deployment.rollback.to',
]);

/**
 * The set for the present template, made when it is missing, with the annotations that tell its revision. `undefined`
 * when there is none and `create` is false.
 */
export async function ensureNewSet(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  create: boolean,
  context: ReconcileContext,
): Promise<{ deployment: Deployment; set: ReplicaSet | undefined }> {
  const known = newSetOf(deployment, sets);
  const newest = Math.max(0, ...sets.filter((set) => set !== known).map(revisionOf));
  const revision = Math.max(newest + 1, known ? revisionOf(known) : 0);
  if (known) {
    const set = await annotate(deployment, known, String(revision), context);
    return { deployment: await markFound(deployment, set, context), set };
  }
  if (!create) return { deployment, set: undefined };
  return createSet(deployment, sets, String(revision), context);
}

/** Pure: the annotations of a set; a revision that changes leaves the old one in the history. */
export function annotationsFor(
  deployment: Deployment,
  set: ReplicaSet | undefined,
  revision: string,
): Record<string, string> {
  const copied = Object.entries(deployment.metadata.annotations ?? {}).filter(
    ([name]) => !notCopied.has(name),
  );
  const own = set?.metadata.annotations ?? {};
  const before = own[revisionAnnotation];
  const history = own[historyAnnotation];
  const { maxSurge } = fences(deployment);
  const desired = replicasOf(deployment);
  return {
    ...own,
    ...Object.fromEntries(copied),
    [revisionAnnotation]: revision,
    ...(before !== undefined && before !== revision
      ? { [historyAnnotation]: history === undefined ? before : `${history},${before}` }
      : {}),
    [desiredAnnotation]: String(desired),
    [maxAnnotation]: String(desired + maxSurge),
  };
}

async function annotate(
  deployment: Deployment,
  set: ReplicaSet,
  revision: string,
  { client }: ReconcileContext,
): Promise<ReplicaSet> {
  const wanted = annotationsFor(deployment, set, revision);
  // What the set is scaled to is written when it is scaled.
  for (const name of [desiredAnnotation, maxAnnotation]) {
    const present = set.metadata.annotations?.[name];
    if (present !== undefined) wanted[name] = present;
  }
  const minReadySeconds = deployment.spec.minReadySeconds ?? 0;
  if (
    deepEqual(wanted, set.metadata.annotations ?? {}) &&
    (set.spec.minReadySeconds ?? 0) === minReadySeconds
  ) {
    return set;
  }
  return client.update<ReplicaSet>(resources.replicasets, {
    ...set,
    metadata: { ...set.metadata, annotations: wanted },
    spec: { ...set.spec, minReadySeconds },
  });
}

/** A deployment that takes up an older set says so once. */
async function markFound(
  deployment: Deployment,
  set: ReplicaSet,
  context: ReconcileContext,
): Promise<Deployment> {
  const revision = set.metadata.annotations?.[revisionAnnotation] ?? '';
  const marked = await markRevision(deployment, revision, context);
  const { conditions } = marked.status ?? {};
  if (marked.spec.progressDeadlineSeconds === undefined) return marked;
  if (conditions?.some(({ type }) => type === 'Progressing')) return marked;
  const time = formatTime(context.now());
  return writeStatus(context.client, resources.deployments, marked, {
    ...marked.status,
    conditions: setCondition(conditions, {
      type: 'Progressing',
      status: 'True',
      lastUpdateTime: time,
      lastTransitionTime: time,
      reason: 'FoundNewReplicaSet',
      message: `Found new replica set "${set.metadata.name}"`,
    }),
  });
}

/** Through the status endpoint, as upstream does: an annotation written there does not count as a new generation. */
async function markRevision(
  deployment: Deployment,
  revision: string,
  { client }: ReconcileContext,
): Promise<Deployment> {
  if (deployment.metadata.annotations?.[revisionAnnotation] === revision) return deployment;
  const annotations = { ...deployment.metadata.annotations, [revisionAnnotation]: revision };
  return client.update<Deployment>(
    resources.deployments,
    { ...deployment, metadata: { ...deployment.metadata, annotations } },
    { subresource: 'status' },
  );
}

async function createSet(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  revision: string,
  context: ReconcileContext,
): Promise<{ deployment: Deployment; set: ReplicaSet }> {
  const { client } = context;
  const hash = hashOf(deployment.spec.template, deployment.status?.collisionCount ?? 0);
  const wanted = setFor(deployment, sets, hash, revision);
  let set: ReplicaSet;
  try {
    set = await client.create<ReplicaSet>(resources.replicasets, wanted);
  } catch (error) {
    if (!isReason(error, 'AlreadyExists')) {
      await sayCreateFailed(deployment, wanted, error, context);
      throw error;
    }
    const { namespace = '', name = '' } = wanted.metadata;
    const there = await find<ReplicaSet>(client, resources.replicasets, namespace, name);
    if (
      !there ||
      !controls(deployment, there) ||
      !sameTemplate(there.spec.template, deployment.spec.template)
    ) {
      // Another template has the same hash: count the collision, the next try has another name.
      await writeStatus(client, resources.deployments, deployment, {
        ...deployment.status,
        collisionCount: (deployment.status?.collisionCount ?? 0) + 1,
      });
      throw error;
    }
    set = there;
  }
  if (replicasOf(set) > 0) {
    await context.event(deployment, {
      type: 'Normal',
      reason: 'ScalingReplicaSet',
      message: `Scaled up replica set ${set.metadata.name} from 0 to ${replicasOf(set)}`,
    });
  }
  const marked = await markRevision(deployment, revision, context);
  if (marked.spec.progressDeadlineSeconds === undefined) return { deployment: marked, set };
  const time = formatTime(context.now());
  const conditions = setCondition(marked.status?.conditions, {
    type: 'Progressing',
    status: 'True',
    lastUpdateTime: time,
    lastTransitionTime: time,
    reason: 'NewReplicaSetCreated',
    message: `Created new replica set "${set.metadata.name}"`,
  });
  return {
    deployment: await writeStatus(client, resources.deployments, marked, {
      ...marked.status,
      conditions,
    }),
    set,
  };
}

/** Pure: the new set of a deployment. */
export function setFor(
  deployment: Deployment,
  sets: readonly ReplicaSet[],
  hash: string,
  revision: string,
): ReplicaSet {
  const { name = '', namespace } = deployment.metadata;
  const template = deepClone(deployment.spec.template);
  const labels = { ...template.metadata?.labels, [hashLabel]: hash };
  template.metadata = { ...template.metadata, labels };
  const { selector } = deployment.spec;
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      annotations: annotationsFor(deployment, undefined, revision),
      ownerReferences: [
        ownerReferenceTo(deployment, { controller: true, blockOwnerDeletion: true }),
      ],
    },
    spec: {
      replicas: newSetSize(deployment, sets, undefined),
      minReadySeconds: deployment.spec.minReadySeconds ?? 0,
      selector: { ...selector, matchLabels: { ...selector.matchLabels, [hashLabel]: hash } },
      template,
    },
  };
}

async function sayCreateFailed(
  deployment: Deployment,
  set: ReplicaSet,
  error: unknown,
  context: ReconcileContext,
): Promise<void> {
  const why = error instanceof Error ? error.message : String(error);
  const message = `Failed to create new replica set "${set.metadata.name}": ${why}`;
  await context.event(deployment, { type: 'Warning', reason: 'ReplicaSetCreateError', message });
  const time = formatTime(context.now());
  await writeStatus(context.client, resources.deployments, deployment, {
    ...deployment.status,
    conditions: setCondition(deployment.status?.conditions, {
      type: 'Progressing',
      status: 'False',
      lastUpdateTime: time,
      lastTransitionTime: time,
      reason: 'ReplicaSetCreateError',
      message,
    }),
  });
}
