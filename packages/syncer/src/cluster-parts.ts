import type { OwnerReference } from '@dormice/apimachinery';
import type { AdmissionPlugin, Dialer, Extension, PodConnector } from '@dormice/apiserver';
import type { Client, HttpTransport } from '@dormice/client';
import { type HostAccess, hostIsolation } from './host-isolation.ts';
import { serviceAllocator } from './service-allocator.ts';
import type { Syncer } from './syncer.ts';
import type { ClusterPlace } from './translator.ts';
import { createDialer } from './virtual-node/dialer.ts';
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
  dialer?: Dialer;
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
    // Without real pods there is one tenant, on a machine of its own: the plain way out will do.
    ...(connectUpgrade === undefined ? {} : { dialer: createDialer({ connectUpgrade, place }) }),
    extensions: [metricsExtension({ host, cache: syncer.cache, place })],
  };
}
