import { isReason, type KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { type Kind, kindsOfCrd } from '@dormice/kinds';
import { prefixRange } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { collectionPrefix, parseKey } from '../registry/keys.ts';
import { allCrds, cleanupFinalizer } from './settle-crd.ts';

const crds = resources.customresourcedefinitions;

/**
 * Takes a CRD that is being deleted a step further: deletes its instances, and lets it go when none is left. Called when
 * the CRD was marked and each time one of its instances went.
 */
export async function cleanUpCrd(context: ServerContext, crd: KubeObject): Promise<void> {
  const kind = storedKind(crd);
  if (kind) {
    const resource = { ...kind, namespaced: kind.scope === 'Namespaced' };
    for (const namespace of namespacesWithInstances(context, kind)) {
      await context.client.deleteCollection(resource, namespace === '' ? {} : { namespace });
    }
    if (namespacesWithInstances(context, kind).length > 0) return;
  }
  const name = crd.metadata.name ?? '';
  try {
    const now = await context.client.get(crds, name);
    const finalizers = (now.metadata.finalizers ?? []).filter(
      (entry) => entry !== cleanupFinalizer,
    );
    await context.client.patch(
      crds,
      name,
      { metadata: { finalizers, resourceVersion: now.metadata.resourceVersion } },
      { type: 'merge' },
    );
  } catch (error) {
    if (!isReason(error, 'NotFound', 'Conflict')) throw error;
  }
}

/** The CRD of a custom kind, if it waits for its instances to go. */
export function deletingCrdOf(context: ServerContext, kind: Kind): KubeObject | undefined {
  return allCrds(context).find(
    (crd) =>
      crd.metadata.deletionTimestamp !== undefined &&
      crd['spec'].group === kind.group &&
      crd['spec'].names.plural === kind.resource,
  );
}

function storedKind(crd: KubeObject): Kind | undefined {
  return kindsOfCrd(crd)[0];
}

/** Collections are deleted a namespace at a time; instances of a cluster-scoped kind are in the namespace ''. */
function namespacesWithInstances(context: ServerContext, kind: Kind): string[] {
  const { entries } = context.store.list(prefixRange(collectionPrefix(kind, '')), {});
  return [...new Set(entries.map(({ key }) => parseKey(key)?.namespace ?? ''))];
}
