import type { JsonObject, KubeObject } from '../object.ts';
import type { Schema } from '../schema.ts';
import { compareObjects } from './compare.ts';
import type { FieldSet } from './field-set.ts';
import { fieldSetOf } from './field-set-of.ts';
import { withoutManagedFields } from './metadata-fields.ts';
import { canonicalJson } from './path-element.ts';

/** Where client-side `kubectl apply` remembers its configuration. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** Annotations are limited to 256 KiB in all. */
const maxAnnotationBytes = 256 * 1024;

/**
 * The fields that client-side apply has set and that are unchanged since: `kubectl apply --server-side` (whose
 * manager is `kubectl`) may take them over without a conflict. `undefined` when there is nothing to take.
 */
export function lastAppliedFields(
  manager: string,
  live: KubeObject | undefined,
  apiVersion: string,
  schema: Schema,
): FieldSet | undefined {
  const text = live?.metadata.annotations?.[lastAppliedAnnotation];
  if (manager !== 'kubectl' || live === undefined || text === undefined) return undefined;
  try {
    const configuration = JSON.parse(text) as JsonObject;
    if (configuration.apiVersion !== apiVersion) return undefined;
    const { added, modified, removed } = compareObjects(
      configuration,
      withoutManagedFields(live),
      schema,
    );
    return fieldSetOf(configuration, schema)
      .difference(modified)
      .difference(added)
      .difference(removed);
  } catch {
    // Not written by kubectl: then there is no client-side apply to take over from.
    return undefined;
  }
}

/** Keeps the annotation in step, where the live object has it, so that client-side apply can go on. */
export function withLastApplied(
  merged: KubeObject,
  live: KubeObject,
  applied: KubeObject,
): KubeObject {
  if (live.metadata.annotations?.[lastAppliedAnnotation] === undefined) return { ...merged };
  const text = `${canonicalJson(withoutAnnotation(applied))}\n`;
  const annotations = { ...merged.metadata.annotations };
  if (text.length <= maxAnnotationBytes) annotations[lastAppliedAnnotation] = text;
  else delete annotations[lastAppliedAnnotation];
  return { ...merged, metadata: { ...merged.metadata, annotations } };
}

function withoutAnnotation(applied: KubeObject): KubeObject {
  const annotations = applied.metadata.annotations;
  if (annotations?.[lastAppliedAnnotation] === undefined) return applied;
  const { [lastAppliedAnnotation]: _, ...rest } = annotations;
  return { ...applied, metadata: { ...applied.metadata, annotations: rest } };
}
