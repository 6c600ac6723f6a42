import type { KubeObject } from '@dormice/apimachinery';
import type { ObjectChange } from '@dormice/client';
import { serviceNameLabel } from './kinds/endpoint-slice.ts';
import { podReferences } from './kinds/pod/references.ts';
import type { Engine, Session, SyncKind } from './session.ts';

/** What a change of the virtual cluster is about, for the syncer; `undefined`: nothing to it. */
const kinds: Record<string, SyncKind> = {
  '/pods': 'pods',
  '/services': 'services',
  '/configmaps': 'configmaps',
  '/secrets': 'secrets',
  '/serviceaccounts': 'serviceaccounts',
  '/persistentvolumeclaims': 'persistentvolumeclaims',
  '/persistentvolumes': 'persistentvolumes',
  '/nodes': 'nodes',
  'discovery.k8s.io/endpointslices': 'endpointslices',
  'storage.k8s.io/storageclasses': 'storageclasses',
};

/** Made by the controller for a Service with a selector: the host makes its own. */
const ownController = 'endpointslice-controller.k8s.io';

/** Takes a change of the virtual cluster to the work that it means. */
export function routeVirtual(
  engine: Engine,
  session: Session,
  change: ObjectChange,
  mirrored: (namespace: string, name: string) => boolean,
): void {
  const { namespace, name } = change;
  if (change.group === '' && change.resource === 'namespaces') {
    routeNamespace(engine, session, change);
    return;
  }
  const kind = kinds[`${change.group}/${change.resource}`];
  if (kind === undefined) return;
  switch (kind) {
    case 'pods':
      notePod(
        engine,
        session,
        namespace,
        name,
        change.type === 'DELETED' ? undefined : change.object,
      );
      if (change.type === 'DELETED') engine.enqueue(session, 'tokens', namespace, name);
      break;
    case 'configmaps':
      if (!session.references.isUsed(`configmaps/${namespace}/${name}`)) return;
      break;
    case 'secrets':
      if (mirrored(namespace, name)) engine.enqueue(session, 'hostsecrets', namespace, name);
      if (!session.references.isUsed(`secrets/${namespace}/${name}`)) return;
      break;
    case 'services':
      enqueueSlices(engine, session, change);
      break;
    case 'endpointslices':
      if (
        change.object.metadata.labels?.['endpointslice.kubernetes.io/managed-by'] === ownController
      ) {
        return;
      }
      break;
    default:
      break;
  }
  engine.enqueue(session, kind, namespace, name);
}

/** Keeps account of what a pod uses; what became used or unused by it is looked at. */
export function notePod(
  engine: Engine,
  session: Session,
  namespace: string,
  name: string,
  pod: KubeObject | undefined,
): void {
  const used: string[] = [];
  if (pod) {
    const { configmaps, secrets } = podReferences(pod);
    for (const own of configmaps) used.push(`configmaps/${namespace}/${own}`);
    for (const own of secrets) used.push(`secrets/${namespace}/${own}`);
    used.push(`serviceaccounts/${namespace}/${pod.spec?.serviceAccountName ?? 'default'}`);
  }
  for (const changed of session.references.set(`${namespace}/${name}`, used)) {
    const [kind = '', of = '', own = ''] = changed.split('/');
    engine.enqueue(session, kind as SyncKind, of, own);
  }
}

/** Host pods carry the labels of their namespace. */
function routeNamespace(engine: Engine, session: Session, change: ObjectChange): void {
  session.forgetNamespace(change.name);
  if (change.type !== 'MODIFIED') return;
  const before = JSON.stringify(change.previous?.metadata.labels);
  if (JSON.stringify(change.object.metadata.labels) === before) return;
  for (const pod of engine.cache.of(session.uid, 'pods')) {
    const { 'dormice.dev/namespace': namespace, 'dormice.dev/name': name = '' } =
      pod.metadata.annotations ?? {};
    if (namespace === change.name) engine.enqueue(session, 'pods', namespace, name);
  }
}

/** A Service that lost its selector has slices to copy, one that got one has not. */
function enqueueSlices(engine: Engine, session: Session, change: ObjectChange): void {
  const had = Object.keys(change.previous?.spec?.selector ?? {}).length > 0;
  const has = Object.keys(change.object.spec?.selector ?? {}).length > 0;
  if (change.type === 'MODIFIED' && had === has) return;
  if (change.type === 'ADDED' && has) return;
  const { namespace, name } = change;
  const { client } = session;
  client
    .list(
      {
        group: 'discovery.k8s.io',
        version: 'v1',
        resource: 'endpointslices',
        kind: 'EndpointSlice',
        namespaced: true,
      },
      { namespace, labelSelector: `${serviceNameLabel}=${name}` },
    )
    .then(
      ({ items }) => {
        for (const slice of items) {
          engine.enqueue(session, 'endpointslices', namespace, slice.metadata.name ?? '');
        }
      },
      (error: unknown) =>
        engine.log('warn', 'listing EndpointSlices failed', { error: String(error) }),
    );
}
