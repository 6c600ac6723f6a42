import {
  errors,
  type FieldError,
  generateName,
  type KubeObject,
  parseExact,
  StatusError,
  validateObjectMeta,
} from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import { runAdmission } from '../admission/run-admission.ts';
import { isCustom } from './body.ts';
import { commitObject, Overtaken } from './commit.ts';
import { alsoEmpty, withEmpty } from './empty-lists.ts';
import { beforeStore } from './hooks.ts';
import { keyOf } from './keys.ts';
import { trackFields } from './managed-fields.ts';
import { present } from './stored.ts';
import { validateCustom } from './validate-custom.ts';
import { attributesOf, kindContextOf, timestampOf, type Write } from './write-context.ts';

/** How often a generated name is tried again when it exists. */
const nameTries = 8;

/** POST of a collection: everything from the decoded object to the stored one. */
export async function createObject(
  write: Write,
  object: KubeObject,
  managed?: KubeObject['metadata']['managedFields'],
): Promise<KubeObject> {
  const { metadata } = object;
  settleNamespace(write, object);
  if (write.info.name !== '' && write.info.subresource === '') metadata.name = write.info.name;
  for (const field of systemFields) delete metadata[field];
  // Fields are the writer's as they came: what strategies and admission add is nobody's.
  if (managed === undefined) trackFields(write, undefined, object);
  else metadata.managedFields = managed;
  const asked = metadata.name ?? '';
  await runAdmission(write.context, attributesOf(write, 'CREATE', object, undefined), 'admit');
  settleNamespace(write, object);
  const { kind } = write;
  const { name = '', generateName: prefix = '' } = object.metadata;
  const generated = name === '' && prefix !== '';
  for (let attempt = 1; ; attempt += 1) {
    const draft = attempt === 1 && !generated ? object : structuredCopy(object);
    // An address has no suffix: its prefix is taken as it is, and refused.
    if (generated) draft.metadata.name = kind.nameRule === 'ip' ? prefix : generateName(prefix);
    try {
      return await createNamed(write, draft, asked);
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
      if (!generated || attempt >= nameTries) throw alreadyExists(write, draft);
    }
  }
}

/** What the server alone sets; a client's are forgotten before admission sees the object. */
const systemFields = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
] as const;

/** Says so where the other object is on its way out. */
function alreadyExists({ context, kind }: Write, { metadata }: KubeObject): StatusError {
  const { name = '', namespace = '' } = metadata;
  const error = errors.alreadyExists(kind, name);
  const entry = context.store.get(keyOf(kind, namespace, name));
  if (entry?.value === undefined) return error;
  if (present(kind, entry.value).metadata.deletionTimestamp === undefined) return error;
  const message = `object is being deleted: ${error.message}`;
  return new StatusError(error.code, error.reason, message, error.details);
}

const structuredCopy = (object: KubeObject): KubeObject =>
  alsoEmpty(parseExact(JSON.stringify(object)) as KubeObject, object);

/** The path's namespace is the object's; a body that says otherwise is a mistake. */
export function settleNamespace({ kind, info }: Write, object: KubeObject): void {
  const { metadata } = object;
  if (kind.scope === 'Cluster') {
    delete metadata.namespace;
    return;
  }
  if (info.namespace === '') {
    throw errors.badRequest('an empty namespace may not be set during creation');
  }
  checkNamespace(metadata, info.namespace);
  metadata.namespace = info.namespace;
}

/** A body may leave its namespace out, but not name another. @throws StatusError 400 */
export function checkNamespace(metadata: KubeObject['metadata'], namespace: string): void {
  if ((metadata.namespace ?? '') === '' || metadata.namespace === namespace) return;
  throw errors.badRequest(
    'the namespace of the provided object does not match the namespace sent on the request',
  );
}

async function createNamed(write: Write, object: KubeObject, asked: string): Promise<KubeObject> {
  const { kind, context } = write;
  const { metadata } = object;
  metadata.uid = context.uuid();
  metadata.creationTimestamp = timestampOf(write);
  const version = metadata.resourceVersion ?? '';
  if (!write.dryRun) delete metadata['resourceVersion'];
  // Kinds that count no generations keep what a client makes up, as upstream does.
  if (hasGeneration(write, object)) metadata.generation = 1;
  kind.prepareForCreate?.(object, kindContextOf(write));
  const attributes = attributesOf(write, 'CREATE', object, undefined);
  if (asked !== '') attributes.name = asked;
  await runAdmission(context, attributes, 'allocate');
  rejectInvalid(write, object, validateNew(write, object));
  write.warnings.push(
    ...(kind.warningsOnCreate?.(object) ?? []),
    ...(kind.warnings?.(object) ?? []),
  );
  await runAdmission(context, attributes, 'validate');
  beforeStore(context, kind, object);
  // Upstream's storage finds this out last, and a dry run does not reach it.
  if (version !== '' && !write.dryRun) {
    throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  return commitObject(write, object, 0);
}

/** `generation` counts changes of what is wanted: of kinds that say so, and of custom resources. */
export function hasGeneration({ kind }: Write, object: KubeObject): boolean {
  return kind.generation ?? (isCustom(kind) || object['spec'] !== undefined);
}

export function rejectInvalid({ kind }: Write, object: KubeObject, problems: FieldError[]): void {
  if (problems.length === 0) return;
  // Refusals name the stored form: an event of events.k8s.io is one of the core group.
  const named = { group: kind.storage?.group ?? kind.group, kind: kind.kind };
  throw errors.invalid(named, object.metadata.name ?? '', problems);
}

/** Groups whose finalizers need no domain. */
const plainFinalizerGroups = new Set([
  'apiextensions.k8s.io',
  'apiregistration.k8s.io',
  'admissionregistration.k8s.io',
  'coordination.k8s.io',
  'node.k8s.io',
  'policy',
]);

/** May finalizers be names without a domain? Of custom resources, and where upstream's own rules do not look. */
export const hasPlainFinalizers = (kind: Kind): boolean =>
  isCustom(kind) ||
  plainFinalizerGroups.has(kind.group) ||
  (kind.kind === 'Event' && kind.group === '');

/** All rules for a new object, in upstream's order: metadata first. */
export function validateNew(write: Write, object: KubeObject): FieldError[] {
  const { kind } = write;
  return [
    ...validateObjectMeta(object.metadata, {
      namespaced: kind.scope === 'Namespaced',
      plainFinalizers: hasPlainFinalizers(kind),
      ...(kind.nameRule === undefined ? {} : { nameRule: kind.nameRule }),
    }),
    ...(isCustom(kind) ? validateCustom(kind, object) : []),
    ...withEmpty(object, 'all', () => kind.validate?.(object, kindContextOf(write)) ?? []),
  ];
}
