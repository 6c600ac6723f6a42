import { apiVersionOf, type KubeObject, updateManagedFields } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import { withEmpty } from './empty-lists.ts';
import type { Write } from './write-context.ts';

/**
 * Records in `next` who owns which fields after a create, update or patch. A write that changes nothing else keeps the
 * entries of `live`.
 */
export function trackFields(write: Write, live: KubeObject | undefined, next: KubeObject): void {
  const managedFields = withEmpty(next, 'written', () =>
    updateManagedFields({
      live,
      next,
      schema: write.kind.schema,
      manager: write.manager,
      apiVersion: apiVersionOf(write.kind.group, write.kind.version),
      subresource: write.info.subresource,
      now: write.context.now(),
      resetFields: resetFieldsOf(write.kind, write.info.subresource),
    }),
  );
  if (managedFields.length > 0) next.metadata.managedFields = managedFields;
  else delete next.metadata.managedFields;
}

/** Top-level fields that `status` never changes. */
const everywhere = new Set(['apiVersion', 'kind', 'metadata', 'status']);

/** What an endpoint ignores, and therefore nobody owns through it: `status` on the main one, all else on `status`. */
export function resetFieldsOf(kind: Kind, subresource: string): string[][] {
  if (kind.resetFields) return kind.resetFields(subresource);
  if (kind.subresources['status'] === undefined) return [];
  if (subresource === '' || subresource === 'finalize') return [['status']];
  if (subresource !== 'status' && subresource !== 'approval') return [];
  const kept = kind.statusKeeps;
  return [
    ...Object.keys(kind.schema.fields ?? {})
      .filter((field) => !everywhere.has(field))
      .map((field) => [field]),
    ...(kept === undefined ? [] : [kept === 'metadata' ? ['metadata'] : ['metadata', kept]]),
  ];
}
