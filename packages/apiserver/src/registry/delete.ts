import {
  errors,
  formatTime,
  isPlainObject,
  isReason,
  type KubeObject,
} from '@dormice/apimachinery';
import type { ApiRequest } from '@dormice/client';
import { schemaOf } from '@dormice/kinds';
import { prefixRange } from '@dormice/storage';
import { runAdmission } from '../admission/run-admission.ts';
import { requireConverted } from '../crd/conversion.ts';
import { parseBody } from './body.ts';
import { commitObject, Overtaken, untilCommitted } from './commit.ts';
import {
  hasFinalizers,
  isDefinition,
  isNamespace,
  type Propagation,
  propagationFinalizers,
} from './finalizers.ts';
import { afterMark, afterRemoval, deletionFinalizers } from './hooks.ts';
import { collectionPrefix, keyOf } from './keys.ts';
import { listQueryOf, parseInteger } from './list-options.ts';
import { failedDeletion } from './precondition.ts';
import { selectionOf } from './selection.ts';
import { present } from './stored.ts';
import { attributesOf, type Write } from './write-context.ts';

export interface DeleteRequest {
  gracePeriodSeconds: number | undefined;
  propagation: Propagation | undefined;
  preconditions: { uid?: string; resourceVersion?: string };
  dryRun: boolean;
}

const deleteOptionsSchema = () => schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.DeleteOptions');

const policies = new Set(['Orphan', 'Background', 'Foreground']);

/** Reads DeleteOptions from body and query; the body wins. @throws StatusError 400, 422 */
export function deleteRequestOf(request: ApiRequest): DeleteRequest {
  const { query } = request;
  const body = optionsOf(request);
  const grace = body['gracePeriodSeconds'] ?? numberOf(query.get('gracePeriodSeconds'));
  const orphanDependents = body['orphanDependents'] ?? query.get('orphanDependents');
  const policy =
    body['propagationPolicy'] ??
    query.get('propagationPolicy') ??
    (orphanDependents === null || orphanDependents === undefined
      ? undefined
      : String(orphanDependents) === 'true'
        ? 'Orphan'
        : 'Background');
  if (body['orphanDependents'] !== undefined && body['propagationPolicy'] !== undefined) {
    throw errors.invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      {
        type: 'FieldValueInvalid',
        field: 'propagationPolicy',
        badValue: body['propagationPolicy'],
        detail: 'orphanDependents and deletionPropagation cannot be both set',
      },
    ]);
  }
  if (policy !== undefined && policy !== '' && !policies.has(String(policy))) {
    throw errors.invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', [
      {
        type: 'FieldValueNotSupported',
        field: 'propagationPolicy',
        badValue: policy,
        detail: 'supported values: "Foreground", "Background", "Orphan", "nil"',
      },
    ]);
  }
  return {
    gracePeriodSeconds: typeof grace === 'number' ? wholeGrace(grace) : undefined,
    propagation: policy === undefined || policy === '' ? undefined : (policy as Propagation),
    preconditions: (body['preconditions'] ?? {}) as DeleteRequest['preconditions'],
    dryRun: Array.isArray(body['dryRun']) && body['dryRun'].includes('All'),
  };
}

function numberOf(text: string | null): number | undefined {
  return text === null || text === '' ? undefined : parseInteger(text);
}

/** Upstream takes a negative period for the shortest one. */
const wholeGrace = (seconds: number): number => (seconds < 0 ? 1 : seconds);

/** An empty body has no options. @throws StatusError 400 */
function optionsOf(request: ApiRequest): Record<string, unknown> {
  const { body } = request;
  if (body === undefined || body.length === 0) return {};
  let value: unknown;
  try {
    value = parseBody(request, { kind: 'DeleteOptions', schema: deleteOptionsSchema() }).value;
  } catch (error) {
    if (!isReason(error, 'BadRequest')) throw error;
    throw errors.badRequest(
      error.message.replace(/^the object provided is unrecognized \(.*?\): (.*) \(.*?\)$/s, '$1'),
    );
  }
  if (!isPlainObject(value)) throw errors.badRequest('DeleteOptions must be an object');
  const { kind = 'DeleteOptions', apiVersion = 'v1' } = value;
  if (kind !== 'DeleteOptions' && kind !== '') {
    throw errors.badRequest(
      `no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`,
    );
  }
  return value;
}

/** What came of a deletion. */
export interface Deleted {
  object: KubeObject;
  /** Gone at once, or waiting for finalizers or its grace period. */
  gone: boolean;
}

export async function deleteObject(
  write: Write,
  name: string,
  namespace: string,
  options: DeleteRequest,
  admitted = false,
): Promise<Deleted> {
  const { kind, context } = write;
  return untilCommitted(async () => {
    const entry = context.store.get(keyOf(kind, namespace, name));
    if (!entry) throw errors.notFound(kind, name);
    const live = present(kind, entry.value);
    checkPreconditions(write, live, options);
    if (!admitted) await admitDeletion(write, live, options);
    const next = marked(write, live, options);
    if (next !== live && !mayStay(write, next)) {
      const object = await commitObject(write, next, entry.revision, true);
      if (!write.dryRun) await afterRemoval(context, kind);
      return { object, gone: true };
    }
    if (next === live) return { object: live, gone: false };
    const object = await commitObject(write, next, entry.revision);
    if (!write.dryRun) await afterMark(context, kind, object);
    return { object, gone: false };
  }).catch((error: unknown) => {
    if (!(error instanceof Overtaken)) throw error;
    throw errors.conflict(kind, name, 'the object changes too often; please try again');
  });
}

async function admitDeletion(
  write: Write,
  live: KubeObject,
  { gracePeriodSeconds, propagation, preconditions }: DeleteRequest,
): Promise<void> {
  // Upstream deletes a Namespace by its UID, whether the client named it or not.
  const conditions = isNamespace(write.kind)
    ? { uid: live.metadata.uid, ...preconditions }
    : preconditions;
  const attributes = {
    ...attributesOf(write, 'DELETE', undefined, live),
    // Each deletion of a collection is one without a name.
    name: write.info.name,
    options: {
      kind: 'DeleteOptions',
      apiVersion: 'meta.k8s.io/v1',
      ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
      ...(Object.keys(conditions).length === 0 ? {} : { preconditions: conditions }),
      ...(propagation === undefined ? {} : { propagationPolicy: propagation }),
      ...(write.dryRun ? { dryRun: ['All'] } : {}),
    },
  };
  await runAdmission(write.context, attributes, 'admit');
  await runAdmission(write.context, attributes, 'validate');
}

function checkPreconditions(
  write: Write,
  live: KubeObject,
  { preconditions }: DeleteRequest,
): void {
  const { uid, resourceVersion } = preconditions;
  const { kind } = write;
  const { metadata } = live;
  const name = metadata.name ?? '';
  // Upstream names the kind here, not the resource.
  const named = { group: kind.group, resource: kind.kind };
  if (uid !== undefined && uid !== metadata.uid) {
    throw errors.conflict(named, name, failedDeletion(live, 'UID', uid));
  }
  if (resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion) {
    throw errors.conflict(named, name, failedDeletion(live, 'ResourceVersion', resourceVersion));
  }
}

/** Something holds it: finalizers, or a grace period that somebody has to end. */
function mayStay({ kind }: Write, next: KubeObject): boolean {
  return hasFinalizers(kind, next) || (next.metadata.deletionGracePeriodSeconds ?? 0) > 0;
}

/** The status of a definition whose objects are going to be deleted. */
function withTerminating(status: KubeObject[string], now: Date): KubeObject[string] {
  const others = (status?.conditions ?? []).filter(
    ({ type }: { type: string }) => type !== 'Terminating',
  );
  const condition = {
    type: 'Terminating',
    status: 'True',
    lastTransitionTime: formatTime(now),
    reason: 'InstanceDeletionPending',
    message:
      'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
  };
  return { ...status, conditions: [...others, condition] };
}

/** The object marked for deletion; itself when it is marked already and nothing is to change. */
function marked(write: Write, live: KubeObject, options: DeleteRequest): KubeObject {
  const { kind, context } = write;
  const grace = kind.gracePeriod?.(live, options.gracePeriodSeconds) ?? 0;
  const first = live.metadata.deletionTimestamp === undefined;
  const finalizers = [
    ...new Set([
      ...propagationFinalizers(kind, live, options.propagation),
      ...(first ? deletionFinalizers(kind) : []),
    ]),
  ];
  const next: KubeObject = { ...live, metadata: { ...live.metadata, finalizers } };
  if (finalizers.length === 0) delete next.metadata.finalizers;
  const before = live.metadata.deletionTimestamp;
  if (before === undefined) {
    if (kind.gracePeriod === undefined && !hasFinalizers(kind, next)) return next;
    next.metadata.deletionTimestamp = formatTime(new Date(context.now().getTime() + grace * 1000));
    if (isNamespace(kind)) next['status'] = { ...next['status'], phase: 'Terminating' };
    else if (isDefinition(kind)) next['status'] = withTerminating(next['status'], context.now());
    else {
      next.metadata.deletionGracePeriodSeconds = grace;
      if (next.metadata.generation !== undefined) next.metadata.generation += 1;
    }
    return next;
  }
  const left = live.metadata.deletionGracePeriodSeconds ?? 0;
  const shorter = options.gracePeriodSeconds !== undefined && grace < left;
  if (shorter) {
    const started = Date.parse(before) - left * 1000;
    next.metadata.deletionTimestamp = formatTime(new Date(started + grace * 1000));
    next.metadata.deletionGracePeriodSeconds = grace;
    return next;
  }
  if (live.metadata.deletionGracePeriodSeconds === undefined && isDefinition(kind)) {
    next.metadata.deletionGracePeriodSeconds = 0;
    return next;
  }
  if (left === 0 && !hasFinalizers(kind, next)) return next;
  const same = JSON.stringify(live.metadata.finalizers ?? []) === JSON.stringify(finalizers);
  return same ? live : next;
}

/** DELETE of a collection: each object by itself, as upstream does it. */
export async function deleteCollection(
  write: Write,
  options: DeleteRequest,
): Promise<KubeObject[]> {
  const { kind, info, context, request } = write;
  const selection = selectionOf(kind, request.query);
  listQueryOf(context.store, request.query);
  const limit = Number(request.query.get('limit') ?? 0);
  const range = prefixRange(collectionPrefix(kind, info.namespace));
  const { entries } = context.store.list(range);
  requireConverted(kind, entries, (entry) => present(kind, entry.value));
  const found = entries
    .map((entry) => present(kind, entry.value))
    .filter((object) => selection.everything || selection.matches(object));
  const chosen = limit > 0 ? found.slice(0, limit) : found;
  const deleted: KubeObject[] = [];
  for (const { metadata } of chosen) {
    try {
      const { object } = await deleteObject(
        write,
        metadata.name ?? '',
        kind.scope === 'Namespaced' ? (metadata.namespace ?? '') : '',
        options,
      );
      deleted.push(object);
    } catch (error) {
      if ((error as { reason?: string }).reason !== 'NotFound') throw error;
    }
  }
  return deleted;
}
