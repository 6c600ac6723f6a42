import type { OwnerReference } from '@dormice/apimachinery';
import {
  deepEqual,
  errors,
  generateName,
  type KubeObject,
  StatusError,
} from '@dormice/apimachinery';
import type { AdmissionAttributes, AdmissionPlugin } from '@dormice/apiserver';
import { resources } from '@dormice/client';
import type { HostCache } from './host-cache.ts';
import type { HostWriter } from './host-writer.ts';
import { allocatedSpec, isInfrastructure, needsHost, service } from './kinds/service.ts';
import { hostName } from './names.ts';
import { virtualError } from './sync/copy.ts';
import type { ClusterPlace, TranslateContext } from './translator.ts';

export interface ServiceAllocatorOptions {
  place: ClusterPlace;
  owner: OwnerReference;
  host: HostWriter;
  cache: HostCache;
  /** Called after something was made on the host: the request may yet fail. */
  checkLater: (namespace: string, name: string) => void;
}

/**
 * Makes and changes the host Service while the virtual one is being written, so that the answer has the real addresses
 * and node ports. A request that fails afterwards is made good by the sync: the virtual Service decides.
 */
export function serviceAllocator(options: ServiceAllocatorOptions): AdmissionPlugin {
  const { place, owner, host, cache, checkLater } = options;
  const context: TranslateContext = {
    cluster: place,
    owner,
    anchor: owner,
    hostName: (namespace, name, purpose) => hostName(place.uid, namespace, name, purpose),
    facts: {},
  };

  async function allocate(attributes: AdmissionAttributes, object: KubeObject): Promise<void> {
    const { namespace, dryRun } = attributes;
    const name = nameFor(object);
    const wanted = service.toHost(
      { ...object, metadata: { ...object.metadata, namespace } },
      context,
    );
    const known = cache.get('services', place.namespace, hostName(place.uid, namespace, name));
    try {
      const applied = dryRun
        ? await host.client.patch(
            resources.services,
            hostName(place.uid, namespace, name),
            wanted,
            {
              namespace: place.namespace,
              type: 'apply',
              force: true,
              dryRun: true,
            },
          )
        : await host.apply(resources.services, wanted as KubeObject, place.uid, known);
      object.spec = allocatedSpec(object.spec, applied.spec ?? {});
    } catch (error) {
      const view = { hostName: context.hostName, place };
      if (error instanceof StatusError) throw virtualError(view, object, error);
      throw errors.unavailable(
        `the host cluster, which gives addresses to Services, cannot be reached; try again: ${String(error)}`,
      );
    } finally {
      if (!dryRun) checkLater(namespace, name);
    }
  }

  return {
    name: 'HostServiceAllocator',
    async admit(attributes) {
      const { group, resource, subresource, operation, object, oldObject } = attributes;
      if (group !== '' || resource !== 'services' || subresource !== '' || !object) return;
      if (operation !== 'CREATE' && operation !== 'UPDATE') return;
      const { name = '' } = object.metadata;
      if (isInfrastructure(attributes.namespace, name) || !needsHost(object)) return;
      if (operation === 'UPDATE') {
        if (oldObject && deepEqual(oldObject.spec, object.spec)) return;
        if (object.metadata.deletionTimestamp !== undefined) return;
      }
      await allocate(attributes, object);
    },
  };
}

/** The name of the object; one that is still to be generated is generated here. */
function nameFor(object: KubeObject): string {
  const { metadata } = object;
  if (!metadata.name && metadata.generateName) metadata.name = generateName(metadata.generateName);
  return metadata.name ?? '';
}
