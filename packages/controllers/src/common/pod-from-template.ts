import { deepClone, type KubeObject, ownerReferenceTo } from '@dormice/apimachinery';
import type { Pod, PodTemplate } from './pod.ts';

/** A new pod of an owner, named by the server after the owner. */
export function podFromTemplate(owner: KubeObject, template: PodTemplate): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const { name = '', namespace } = owner.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${name}-`,
      ...(namespace === undefined ? {} : { namespace }),
      ...(labels === undefined ? {} : { labels: { ...labels } }),
      ...(annotations === undefined ? {} : { annotations: { ...annotations } }),
      ...(finalizers === undefined ? {} : { finalizers: [...finalizers] }),
      ownerReferences: [ownerReferenceTo(owner, { controller: true, blockOwnerDeletion: true })],
    },
    spec: deepClone(template.spec),
  };
}
