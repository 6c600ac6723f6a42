import {
  deepEqual,
  errors,
  type FieldError,
  type KubeObject,
  parseExact,
  type StatusError,
  validateObjectMeta,
  validateObjectMetaUpdate,
} from '@dormice/apimachinery';
import type { Entry } from '@dormice/storage';
import { runAdmission } from '../admission/run-admission.ts';
import type { ResourceRequest } from '../route.ts';
import { isCustom } from './body.ts';
import { commitObject, Overtaken, untilCommitted } from './commit.ts';
import {
  createObject,
  hasGeneration,
  hasPlainFinalizers,
  rejectInvalid,
  settleNamespace,
} from './create.ts';
import { alsoEmpty, withEmpty } from './empty-lists.ts';
import { mayVanish } from './finalizers.ts';
import { afterRemoval, beforeStore } from './hooks.ts';
import { keyOf } from './keys.ts';
import { checkDigits } from './list-options.ts';
import { trackFields } from './managed-fields.ts';
import { failedPrecondition } from './precondition.ts';
import { present } from './stored.ts';
import { validateCustom } from './validate-custom.ts';
import { attributesOf, kindContextOf, type Write } from './write-context.ts';

export const modifiedMessage =
  'the object has been modified; please apply your changes to the latest version and try again';

/** What came of an update: the object, and whether it was made by it. */
export interface Updated {
  object: KubeObject;
  created: boolean;
}

/** PUT: the submitted object replaces the stored one, as far as this endpoint may change it. */
export async function updateObject(write: Write, submitted: KubeObject): Promise<Updated> {
  const { kind, info } = write;
  const { metadata } = submitted;
  if (metadata.name === undefined || metadata.name === '') throw undeterminable(info);
  if (metadata.name !== info.name) {
    throw errors.badRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${info.name})`,
    );
  }
  settleNamespace(write, submitted);
  const wanted = metadata.resourceVersion ?? '';
  return untilCommitted(async () => {
    const entry = write.context.store.get(keyOf(kind, info.namespace, info.name));
    if (!entry) {
      if (kind.allowCreateOnUpdate && info.subresource === '' && wanted === '') {
        return { object: await createObject(write, copy(submitted)), created: true };
      }
      throw errors.notFound(kind, info.name);
    }
    const live = present(kind, entry.value);
    checkVersion(write, live, submitted);
    const object = await replace(write, entry, live, copy(submitted));
    return { object, created: false };
  }).catch((error: unknown) => {
    throw error instanceof Overtaken ? errors.conflict(kind, info.name, modifiedMessage) : error;
  });
}

const copy = (object: KubeObject): KubeObject =>
  alsoEmpty(parseExact(JSON.stringify(object)) as KubeObject, object);

/** The object must say which it is. */
export function undeterminable({ name }: ResourceRequest): StatusError {
  return errors.badRequest(
    `the name of the object (${name} based on URL) was undeterminable: name must be provided`,
  );
}

/** Optimistic concurrency: UID and resourceVersion, where the writer names them. */
export function checkVersion({ kind }: Write, live: KubeObject, submitted: KubeObject): void {
  const name = live.metadata.name ?? '';
  const { uid, resourceVersion } = submitted.metadata;
  if (uid !== undefined && uid !== '' && uid !== live.metadata.uid) {
    throw errors.conflict(kind, name, failedPrecondition(kind, live, 'UID', uid));
  }
  checkDigits(resourceVersion ?? '');
  if (resourceVersion === undefined || resourceVersion === '' || resourceVersion === '0') {
    if (kind.allowUnconditionalUpdate === false || isCustom(kind)) {
      throw errors.invalid({ group: kind.group, kind: kind.resource }, name, [
        {
          type: 'FieldValueInvalid',
          field: 'metadata.resourceVersion',
          badValue: 0,
          detail: 'must be specified for an update',
        },
      ]);
    }
    return;
  }
  if (resourceVersion !== live.metadata.resourceVersion) {
    throw errors.conflict(kind, name, modifiedMessage);
  }
}

/**
 * Everything from the wanted object to the stored one; nothing is written when nothing changes.
 *
 * @param admitted admission has seen the request in another form (a Scale)
 */
export async function replace(
  write: Write,
  entry: Entry,
  live: KubeObject,
  next: KubeObject,
  managed?: KubeObject['metadata']['managedFields'],
  admitted = false,
): Promise<KubeObject> {
  const { kind, context } = write;
  if (managed === undefined) trackFields(write, live, next);
  else if (managed.length > 0) next.metadata.managedFields = managed;
  else delete next.metadata.managedFields;
  const attributes = attributesOf(write, 'UPDATE', next, live);
  if (!admitted) await runAdmission(context, attributes, 'admit');
  carryOver(next, live);
  kind.prepareForUpdate?.(next, live, kindContextOf(write));
  // What the endpoint put back may make for other defaults, such as labels out of a template.
  kind.defaults?.(next);
  await runAdmission(context, attributes, 'allocate');
  const { generationOfEmpty } = kind;
  if (generationOfEmpty) withEmpty(next, 'all', () => countGeneration(write, next, live));
  else countGeneration(write, next, live);
  rejectInvalid(write, next, validateChanged(write, next, live));
  write.warnings.push(...(kind.warnings?.(next, live) ?? []));
  if (!admitted) await runAdmission(context, attributes, 'validate');
  if (write.info.subresource === '') beforeStore(context, kind, next);
  if (isUnchanged(next, live)) return live;
  const vanishes = live.metadata.deletionTimestamp !== undefined && mayVanish(kind, next);
  const stored = await commitObject(write, next, entry.revision, vanishes);
  if (vanishes) await afterRemoval(context, kind);
  return stored;
}

/** Metadata that clients never change. */
function carryOver(next: KubeObject, live: KubeObject): void {
  const { metadata } = next;
  const { metadata: old } = live;
  metadata.name = old.name ?? '';
  if (old.namespace !== undefined) metadata.namespace = old.namespace;
  if (!metadata.uid) metadata.uid = old.uid ?? '';
  if (old.creationTimestamp !== undefined) metadata.creationTimestamp = old.creationTimestamp;
  if (old.resourceVersion !== undefined) metadata.resourceVersion = old.resourceVersion;
  if (old.generation === undefined) delete metadata.generation;
  else metadata.generation = old.generation;
  // Setting what is not there is refused by the validation.
  for (const key of ['deletionTimestamp', 'deletionGracePeriodSeconds'] as const) {
    if (old[key] !== undefined) Object.assign(metadata, { [key]: old[key] });
  }
}

const ignoredForGeneration = new Set(['metadata', 'status', 'apiVersion', 'kind']);

/** Counts when anything but metadata and status is another than before. */
function countGeneration(write: Write, next: KubeObject, live: KubeObject): void {
  if (!hasGeneration(write, next) || write.info.subresource === 'status') return;
  const counted = write.kind.generationOf;
  if (counted && !deepEqual(next.metadata[counted] ?? {}, live.metadata[counted] ?? {})) {
    next.metadata.generation = (live.metadata.generation ?? 0) + 1;
    return;
  }
  const keys = new Set([...Object.keys(next), ...Object.keys(live)]);
  for (const key of keys) {
    if (ignoredForGeneration.has(key) || deepEqual(next[key], live[key])) continue;
    next.metadata.generation = (live.metadata.generation ?? 0) + 1;
    return;
  }
}

function validateChanged(write: Write, next: KubeObject, live: KubeObject): FieldError[] {
  const { kind } = write;
  const context = kindContextOf(write);
  return [
    ...validateObjectMeta(next.metadata, {
      namespaced: kind.scope === 'Namespaced',
      plainFinalizers: hasPlainFinalizers(kind),
      ...(kind.nameRule === undefined ? {} : { nameRule: kind.nameRule }),
    }),
    // Upstream checks these for all kinds, and each kind's own rules begin with them: clients see them twice.
    ...validateObjectMetaUpdate(next.metadata, live.metadata),
    ...validateObjectMetaUpdate(next.metadata, live.metadata),
    ...(isCustom(kind) ? validateCustom(kind, next, live) : []),
    // Without its empty lists: against what is stored, none and an empty one are the same.
    ...(kind.validateUpdate
      ? kind.validateUpdate(next, live, context)
      : (kind.validate?.(next, context) ?? [])),
  ];
}

/** The same but for the times at which managers last changed nothing. */
function isUnchanged(next: KubeObject, live: KubeObject): boolean {
  const strip = (object: KubeObject) => ({
    ...object,
    metadata: {
      ...object.metadata,
      managedFields: object.metadata.managedFields?.map(({ time: _, ...rest }) => rest),
    },
  });
  return deepEqual(strip(next), strip(live));
}
