import { deepEqual, type KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { absent } from '../host-writer.ts';
import { configMap } from '../kinds/config-map.ts';
import { endpointSlice, serviceNameLabel } from '../kinds/endpoint-slice.ts';
import { secret } from '../kinds/secret.ts';
import { isInfrastructure, needsHost, service } from '../kinds/service.ts';
import { serviceAccount } from '../kinds/service-account.ts';
import type { Engine, Session, Sync } from '../session.ts';
import { copySync } from './copy.ts';
import { updateStatus } from './update-status.ts';

const isUsed = (kind: string) => (session: Session, object: KubeObject) =>
  session.references.isUsed(`${kind}/${object.metadata.namespace}/${object.metadata.name}`);

export const syncConfigMap: Sync = copySync({
  kind: 'configmaps',
  resource: resources.configmaps,
  translator: configMap,
  wanted: isUsed('configmaps'),
});

export const syncSecret: Sync = copySync({
  kind: 'secrets',
  resource: resources.secrets,
  translator: secret,
  wanted: isUsed('secrets'),
});

export const syncServiceAccount: Sync = copySync({
  kind: 'serviceaccounts',
  resource: resources.serviceaccounts,
  translator: serviceAccount,
  wanted: (session, object) =>
    session.config.toHost.serviceAccounts.enabled &&
    (!isUntouchedDefault(object) || isUsed('serviceaccounts')(session, object)),
});

/** Every namespace has one; an idle cluster should not cost the host an object for each. */
function isUntouchedDefault({ metadata }: KubeObject): boolean {
  return metadata.name === 'default' && Object.keys(metadata.annotations ?? {}).length === 0;
}

export const syncService: Sync = copySync({
  kind: 'services',
  resource: resources.services,
  translator: service,
  wanted: (_, { metadata: { namespace = '', name = '' }, ...object }) =>
    !isInfrastructure(namespace, name) && needsHost(object as KubeObject),
  after: takeServiceBack,
});

/** Addresses, node ports and load balancers are the host's to say. */
async function takeServiceBack(
  _engine: Engine,
  session: Session,
  object: KubeObject,
  host: KubeObject,
): Promise<void> {
  const next = service.toVirtual?.(host, object, session.context());
  if (!next) return;
  const current = deepEqual(next.spec, object.spec)
    ? object
    : await session.client.update(resources.services, { ...object, spec: next.spec });
  await updateStatus(session.client, resources.services, current, () => next.status);
}

/** Slices that people, or their controllers, made for a Service without selector. */
export const syncEndpointSlice: Sync = copySync({
  kind: 'endpointslices',
  resource: resources.endpointslices,
  translator: endpointSlice,
  wanted: async (session, object) => {
    const { namespace = '' } = object.metadata;
    const name = object.metadata.labels?.[serviceNameLabel];
    if (name === undefined || isInfrastructure(namespace, name)) return false;
    const of = await session.client.get(resources.services, name, { namespace }).catch(absent);
    return of !== undefined && needsHost(of) && Object.keys(of.spec?.selector ?? {}).length === 0;
  },
});
