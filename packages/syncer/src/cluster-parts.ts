import type { OwnerReference } from '@dormice/apimachinery';
import type { AdmissionPlugin, Extension, PodConnector } from '@dormice/apiserver';
import type { Client, HttpTransport } from '@dormice/client';
import { type HostAccess, hostIsolation } from './host-isolation.ts';
import { serviceAllocator } from './service-allocator.ts';
import type { Syncer } from './syncer.ts';
import type { ClusterPlace } from './translator.ts';
import { metricsExtension } from './virtual-node/metrics.ts';
import { createPodConnector } from './virtual-node/pod-connector.ts';

export interface ClusterPartsOptions {
  syncer: Syncer;
  host: Client;
  connectUpgrade?: HttpTransport['connectUpgrade'];
  place: ClusterPlace;
  owner: OwnerReference;
  hostAccess: HostAccess;
}

/** What the API server of one virtual cluster gets from the host's side. Closures only: an idle cluster holds nothing more. */
export function clusterParts(options: ClusterPartsOptions): {
  admission: AdmissionPlugin[];
  pods: PodConnector;
  extensions: Extension[];
} {
  const { syncer, host, connectUpgrade, place, owner, hostAccess } = options;
  return {
    admission: [
      hostIsolation(hostAccess),
      serviceAllocator({
        place,
        owner,
        host: syncer.host,
        cache: syncer.cache,
        checkLater: (namespace, name) => syncer.checkLater(place.uid, 'services', namespace, name),
      }),
    ],
    pods: createPodConnector({
      host,
      place,
      ...(connectUpgrade === undefined ? {} : { connectUpgrade }),
    }),
    extensions: [metricsExtension({ host, cache: syncer.cache, place })],
  };
}
