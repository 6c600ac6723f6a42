import {
  apiVersionOf,
  applyPatch,
  applyServerSide,
  deepClone,
  errors,
  goValue,
  isPlainObject,
  isReason,
  type KubeObject,
  parseJson,
  parseYamlTelling,
  StatusError,
} from '@dormice/apimachinery';
import type { ApiRequest } from '@dormice/client';
import {
  decodeObject,
  fieldValidationOf,
  isCustom,
  mediaTypeOf,
  noDuplicates,
  unmarshalErrors,
} from './body.ts';
import { Overtaken, untilCommitted } from './commit.ts';
import { createObject } from './create.ts';
import { keyOf } from './keys.ts';
import { resetFieldsOf } from './managed-fields.ts';
import { present } from './stored.ts';
import { checkVersion, modifiedMessage, replace, type Updated, undeterminable } from './update.ts';
import type { Write } from './write-context.ts';

type PatchType = 'json' | 'merge' | 'strategic' | 'apply';

const typesByMedia: Record<string, PatchType> = {
  'application/json-patch+json': 'json',
  'application/merge-patch+json': 'merge',
  'application/strategic-merge-patch+json': 'strategic',
  'application/apply-patch+yaml': 'apply',
};

/** @throws StatusError 415 */
export function patchTypeOf(request: ApiRequest, custom: boolean): PatchType {
  const type = typesByMedia[mediaTypeOf(request)];
  const supported = Object.keys(typesByMedia).filter(
    (key) => !custom || typesByMedia[key] !== 'strategic',
  );
  if (type === undefined) {
    throw new StatusError(415, 'UnsupportedMediaType', '415: Unsupported Media Type', {});
  }
  if (custom && type === 'strategic') throw errors.unsupportedMediaType(supported);
  return type;
}

/** PATCH: of all four types. */
export async function patchObject(write: Write): Promise<Updated> {
  const { kind, info, request } = write;
  const type = patchTypeOf(request, isCustom(kind));
  const text = new TextDecoder().decode(request.body ?? new Uint8Array());
  const patch = type === 'apply' ? applyDocument(write, text) : parsePatch(text);
  const work =
    type === 'apply' ? () => applyOnce(write, patch) : () => patchOnce(write, type, patch);
  return untilCommitted(work).catch((error: unknown) => {
    if (!(error instanceof Overtaken)) throw error;
    throw errors.conflict(kind, info.name, modifiedMessage);
  });
}

function parsePatch(text: string): unknown {
  try {
    return parseJson(text).value;
  } catch (error) {
    throw errors.badRequest(`error decoding patch: ${(error as Error).message}`);
  }
}

/** An apply patch is YAML, in which keys may stand twice. */
export function applyDocument({ request, warnings }: Write, text: string): unknown {
  const validation = fieldValidationOf(request);
  let parsed: { value: unknown; duplicates: string[] };
  try {
    parsed = parseYamlTelling(text);
  } catch (error) {
    const why = `error converting YAML to JSON: yaml: ${(error as Error).message}`;
    throw errors.badRequest(`error decoding YAML: ${why}`);
  }
  const [problem] = unmarshalErrors(parsed.duplicates);
  if (problem !== undefined && validation === 'Strict') {
    const why = `error converting YAML to JSON: ${problem}`;
    throw errors.badRequest(`error strict decoding YAML: ${why}`);
  }
  if (validation === 'Warn') warnings.push(...parsed.duplicates);
  return parsed.value;
}

async function patchOnce(
  write: Write,
  type: Exclude<PatchType, 'apply'>,
  patch: unknown,
): Promise<Updated> {
  const { kind, info, context } = write;
  const entry = context.store.get(keyOf(kind, info.namespace, info.name));
  if (!entry) throw errors.notFound(kind, info.name);
  const live = present(kind, entry.value);
  const document = applyPatch({
    type,
    document: deepClone(live) as never,
    patch: patch as never,
    schema: kind.schema,
  });
  const object = decodePatched(write, document, type === 'strategic' ? patch : undefined);
  checkIdentity(write, object);
  if (object.metadata.resourceVersion !== live.metadata.resourceVersion) {
    checkVersion(write, live, object);
  }
  return { object: await replace(write, entry, live, object), created: false };
}

/**
 * The patched document as an object; what does not fit is the patch's fault. Upstream shows a strategic patch itself,
 * of the others what came of them.
 */
export function decodePatched(
  { kind, request, warnings }: Pick<Write, 'kind' | 'request' | 'warnings'>,
  document: unknown,
  shown?: unknown,
): KubeObject {
  try {
    const decoded = decodeObject(kind, document, noDuplicates, fieldValidationOf(request));
    warnings.push(...decoded.warnings);
    return decoded.object;
  } catch (error) {
    if (!isReason(error, 'BadRequest')) throw error;
    const detail = error.message.replace(/^.*? cannot be handled as a [^:]*: /, '');
    throw errors.invalid({ group: '', kind: '' }, '', [
      {
        type: 'FieldValueInvalid',
        field: 'patch',
        badValue: shown === undefined ? JSON.stringify(document) : goValue(shown),
        detail,
      },
    ]);
  }
}

/** Nobody renames an object. */
export function checkIdentity({ kind, info }: Write, next: KubeObject): void {
  if (next.metadata.name !== info.name) {
    throw errors.badRequest(
      `the name of the object (${next.metadata.name}) does not match the name on the URL (${info.name})`,
    );
  }
  const { namespace = info.namespace } = next.metadata;
  if (kind.scope === 'Namespaced' && namespace !== info.namespace) {
    throw errors.badRequest(
      `the namespace of the object (${namespace}) does not match the namespace on the URL (${info.namespace})`,
    );
  }
}

/** Server-side apply: creates what is not there. */
async function applyOnce(write: Write, applied: unknown): Promise<Updated> {
  const { kind, info, context, request } = write;
  if (!isPlainObject(applied)) throw errors.badRequest('error decoding YAML: it is no object');
  const config = checkedConfig(applied);
  const entry = context.store.get(keyOf(kind, info.namespace, info.name));
  const live = entry && present(kind, entry.value);
  if (!live && info.subresource !== '') throw errors.notFound(kind, info.name);
  if (live && config.metadata.resourceVersion !== undefined) checkVersion(write, live, config);
  const result = applyServerSide({
    live: live && deepClone(live),
    applied: config,
    schema: kind.schema,
    manager: write.manager,
    force: request.query.get('force') === 'true',
    apiVersion: apiVersionOf(kind.group, kind.version),
    subresource: info.subresource,
    now: write.context.now(),
    resetFields: resetFieldsOf(kind, info.subresource),
  });
  const decoded = decodeObject(kind, result.object, noDuplicates, 'Ignore').object;
  if ((decoded.metadata.name ?? '') === '') throw undeterminable(info);
  checkIdentity(write, decoded);
  if (!entry || !live) {
    return { object: await createObject(write, decoded, result.managedFields), created: true };
  }
  return {
    object: await replace(write, entry, live, decoded, result.managedFields),
    created: false,
  };
}

/** The applied configuration without what it may not say. */
export function checkedConfig(applied: Record<string, unknown>): KubeObject {
  const config = deepClone(applied) as unknown as KubeObject;
  config.metadata ??= {};
  if (config.metadata.managedFields !== undefined) {
    throw errors.badRequest('metadata.managedFields must be nil');
  }
  return config;
}
