import { hostMetadata } from '../host-metadata.ts';
import { labels, managedBy } from '../labels.ts';
import type { Loose } from '../loose.ts';
import type { Translator } from '../translator.ts';

export const serviceNameLabel = 'kubernetes.io/service-name';
const managedByLabel = 'endpointslice.kubernetes.io/managed-by';

/** Endpoints of Services without a selector; those with one the host makes itself. */
export const endpointSlice: Translator = {
  group: 'discovery.k8s.io',
  resource: 'endpointslices',
  toHost(object, context) {
    const { namespace = '' } = object.metadata;
    const metadata = hostMetadata(object, context);
    const serviceName = object.metadata.labels?.[serviceNameLabel] ?? '';
    return {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        ...metadata,
        labels: {
          [labels.cluster]: context.cluster.uid,
          [labels.managedBy]: managedBy,
          [labels.namespace]: metadata.labels?.[labels.namespace] ?? '',
          [serviceNameLabel]: context.hostName(namespace, serviceName),
          [managedByLabel]: 'dormice.dev',
        },
      },
      addressType: object.addressType,
      endpoints: (object.endpoints ?? []).map(withoutTarget),
      ports: object.ports ?? [],
    };
  },
};

/** The target is a virtual object, which the host does not have. */
function withoutTarget({ targetRef: _, ...endpoint }: Loose): Loose {
  return endpoint;
}
