import { deepClone, type KubeObject } from '@dormice/apimachinery';
import table from './generated/bootstrap.generated.json' with { type: 'json' };

/**
 * What a new cluster contains by itself: namespaces, default roles and bindings, priority classes, flow control and the
 * API services of the built-in groups. Fresh copies without server-set metadata; namespaces come before what is in them.
 */
export function bootstrapObjects(): readonly KubeObject[] {
  const objects = table.objects as unknown as KubeObject[];
  const first = objects.filter(({ kind }) => kind === 'Namespace');
  const rest = objects.filter(({ kind }) => kind !== 'Namespace');
  return [...first, ...rest].map((object) => deepClone(object));
}
