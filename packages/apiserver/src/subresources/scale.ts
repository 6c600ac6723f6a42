import {
  apiVersionOf,
  applyPatch,
  applyServerSide,
  errors,
  isPlainObject,
  jsonPath,
  type KubeObject,
  type LabelSelectorObject,
  labelSelectorFrom,
  type ManagedFieldsEntry,
} from '@dormice/apimachinery';
import type { Kind, ScaleSpec } from '@dormice/kinds';
import { schemaOf } from '@dormice/kinds';
import { runAdmission } from '../admission/run-admission.ts';
import { decodeObject, expectedOf, fieldValidationOf, parseBody } from '../registry/body.ts';
import { Overtaken, untilCommitted } from '../registry/commit.ts';
import { trackFields } from '../registry/managed-fields.ts';
import {
  applyDocument,
  checkedConfig,
  checkIdentity,
  decodePatched,
  patchTypeOf,
} from '../registry/patch.ts';
import { entryOf } from '../registry/read.ts';
import { present } from '../registry/stored.ts';
import { modifiedMessage, replace } from '../registry/update.ts';
import { attributesOf, type Write } from '../registry/write-context.ts';
import { scaleOwners, withScaleOwners } from './scale-owners.ts';

const scaleKind: Kind = {
  group: 'autoscaling',
  version: 'v1',
  kind: 'Scale',
  listKind: 'ScaleList',
  resource: 'scales',
  singular: 'scale',
  shortNames: [],
  categories: [],
  scope: 'Namespaced',
  verbs: [],
  subresources: {},
  columns: [],
  get schema() {
    return schemaOf('io.k8s.api.autoscaling.v1.Scale');
  },
};

function specOf(kind: Kind): ScaleSpec {
  if (!kind.scale) throw errors.unknownPath();
  return kind.scale;
}

const numberAt = (path: string, object: KubeObject): number => {
  const [value] = jsonPath(path)(object);
  return typeof value === 'number' ? value : 0;
};

/** The `Scale` view of an object. */
export function scaleOf(kind: Kind, object: KubeObject): KubeObject {
  const { specReplicasPath, statusReplicasPath, labelSelectorPath } = specOf(kind);
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const selector = labelSelectorPath === undefined ? '' : selectorText(labelSelectorPath, object);
  const replicas = numberAt(specReplicasPath, object);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: {
      ...(name === undefined ? {} : { name }),
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
    },
    spec: replicas === 0 ? {} : { replicas },
    status: {
      replicas: numberAt(statusReplicasPath, object),
      ...(selector === '' ? {} : { selector }),
    },
  };
}

/** CRDs hold a string; built-in kinds a LabelSelector, or a map. */
function selectorText(path: string, object: KubeObject): string {
  const [value] = jsonPath(path)(object);
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const isSelector = 'matchLabels' in value || 'matchExpressions' in value;
  const selector = isSelector
    ? (value as LabelSelectorObject)
    : { matchLabels: value as Record<string, string> };
  return labelSelectorFrom(selector).toString();
}

/** PUT or PATCH of the scale: only the number of replicas moves. */
export async function writeScale(write: Write): Promise<KubeObject> {
  const { kind, info, context, request } = write;
  const spec = specOf(kind);
  return untilCommitted(async () => {
    const entry = entryOf(context, kind, info.namespace, info.name);
    const live = present(kind, entry.value);
    const wanted = isApply(write) ? appliedScale(write, live) : { scale: wantedScale(write, live) };
    const { scale } = wanted;
    checkIdentity(write, scale);
    const attributes = {
      ...attributesOf(write, 'UPDATE', scale, scaleOf(kind, live)),
      kind: { group: scaleKind.group, version: scaleKind.version, kind: scaleKind.kind },
    };
    await runAdmission(context, attributes, 'admit');
    const { resourceVersion, uid } = scale.metadata;
    if (uid !== undefined && uid !== live.metadata.uid) {
      throw errors.conflict(
        kind,
        info.name,
        `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${live.metadata.uid}`,
      );
    }
    if (resourceVersion !== undefined && resourceVersion !== live.metadata.resourceVersion) {
      throw errors.conflict(kind, info.name, modifiedMessage);
    }
    const replicas: unknown = scale['spec']?.replicas ?? 0;
    if (typeof replicas !== 'number' || replicas < 0) {
      throw errors.invalid({ group: 'autoscaling', kind: 'Scale' }, info.name, [
        {
          type: 'FieldValueInvalid',
          field: 'spec.replicas',
          badValue: replicas,
          detail: 'must be greater than or equal to 0',
        },
      ]);
    }
    // By now upstream has filled in the rest from the object.
    Object.assign(scale, scaleOf(kind, live), { spec: scale['spec'] });
    await runAdmission(context, attributes, 'validate');
    const next = present(kind, entry.value);
    setNumber(next, spec.specReplicasPath, replicas);
    // The object itself is written, on behalf of the scale endpoint.
    const main: Write = { ...write, info: { ...info, subresource: '' } };
    if ('managedFields' in wanted) next.metadata.managedFields = wanted.managedFields;
    else trackFields(write, live, next);
    const managed = next.metadata.managedFields ?? [];
    const stored = await replace(main, entry, live, next, managed, true);
    return scaleOf(kind, stored);
  }).catch((error: unknown) => {
    throw error instanceof Overtaken ? errors.conflict(kind, request.path, modifiedMessage) : error;
  });
}

function wantedScale(write: Write, live: KubeObject): KubeObject {
  const { request, kind } = write;
  const validation = fieldValidationOf(request);
  if (request.method === 'PUT') {
    const { value, duplicates, lines = [] } = parseBody(request, expectedOf(scaleKind));
    return decodeObject(scaleKind, value, { fields: duplicates, lines }, validation).object;
  }
  const type = patchTypeOf(request, false);
  const text = new TextDecoder().decode(request.body ?? new Uint8Array());
  const document = scaleOf(kind, live);
  const patched = applyPatch({
    type: type as Exclude<typeof type, 'apply'>,
    document: document as never,
    patch: JSON.parse(text) as never,
    schema: scaleKind.schema,
  });
  return decodePatched({ ...write, kind: scaleKind }, patched);
}

const isApply = ({ request, info }: Write): boolean =>
  info.verb === 'patch' && patchTypeOf(request, false) === 'apply';

/** Server-side apply of the scale, among those who own the object's replicas. */
function appliedScale(
  write: Write,
  live: KubeObject,
): { scale: KubeObject; managedFields: ManagedFieldsEntry[] } {
  const { kind, request, context } = write;
  const text = new TextDecoder().decode(request.body ?? new Uint8Array());
  const applied = applyDocument({ ...write, kind: scaleKind }, text);
  if (!isPlainObject(applied)) throw errors.badRequest('error decoding YAML: it is no object');
  const entries = live.metadata.managedFields ?? [];
  const replicasPath = specOf(kind).specReplicasPath;
  const shown = scaleOf(kind, live);
  const owners = scaleOwners(entries, replicasPath);
  const result = applyServerSide({
    live: { ...shown, metadata: { ...shown.metadata, managedFields: owners } },
    applied: checkedConfig(applied),
    schema: scaleKind.schema,
    manager: write.manager,
    force: request.query.get('force') === 'true',
    apiVersion: 'autoscaling/v1',
    subresource: 'scale',
    now: context.now(),
  });
  const apiVersion = apiVersionOf(kind.group, kind.version);
  const managedFields = withScaleOwners(entries, result.managedFields, {
    replicasPath,
    apiVersion,
  });
  return { scale: result.object, managedFields };
}

/** Sets `.a.b.c`; objects on the way are made. */
function setNumber(object: KubeObject, path: string, value: number): void {
  const keys = path.split('.').filter((key) => key !== '');
  const last = keys.pop() ?? '';
  let at: Record<string, unknown> = object;
  for (const key of keys) {
    if (typeof at[key] !== 'object' || at[key] === null) at[key] = {};
    at = at[key] as Record<string, unknown>;
  }
  at[last] = value;
}
