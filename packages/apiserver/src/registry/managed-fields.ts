import { apiVersionOf, type KubeObject, updateManagedFields } from '@dormice/apimachinery';
import type { Write } from './write-context.ts';

/**
 * Records in `next` who owns which fields after a create, update or patch. A write that changes nothing else keeps the
 * entries of `live`.
 */
export function trackFields(write: Write, live: KubeObject | undefined, next: KubeObject): void {
  const managedFields = updateManagedFields({
    live,
    next,
    schema: write.kind.schema,
    manager: write.manager,
    apiVersion: apiVersionOf(write.kind.group, write.kind.version),
    subresource: write.info.subresource,
    now: write.context.now(),
  });
  if (managedFields.length > 0) next.metadata.managedFields = managedFields;
  else delete next.metadata.managedFields;
}
