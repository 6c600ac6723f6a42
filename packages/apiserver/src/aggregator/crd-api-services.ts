import { formatTime, type KubeObject } from '@dormice/apimachinery';
import { type Change, StoreError } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { keyOf } from '../registry/keys.ts';
import { storedBytes } from '../registry/stored.ts';
import { apiServices } from './remote-apis.ts';

const label = 'kube-aggregator.kubernetes.io/automanaged';

/** Upstream's place for groups of CRDs: after all built-in ones. */
const priorities = { groupPriorityMinimum: 1000, versionPriority: 100 };

/** Gives each served version of a CRD's group its local APIService, and takes away those that nothing serves any more. */
export async function settleCrdApiServices(context: ServerContext): Promise<void> {
  const kind = context.kinds.find('apiregistration.k8s.io', 'v1', 'apiservices');
  if (!kind) return;
  const wanted = new Map<string, { group: string; version: string }>(
    context.kinds
      .custom()
      .map(({ group, version }) => [`${version}.${group}`, { group, version }] as const),
  );
  const present = apiServices(context);
  const names = new Set<string>(present.map(({ metadata }) => metadata.name ?? ''));
  const changes: Change[] = [];
  for (const [name, { group, version }] of wanted) {
    if (names.has(name)) continue;
    const object = apiServiceFor(context, name, group, version);
    changes.push({ key: keyOf(kind, '', name), expected: 0, value: storedBytes(kind, object) });
  }
  for (const object of present) {
    const { name = '', labels = {}, resourceVersion } = object.metadata;
    if (labels[label] !== 'true' || wanted.has(name)) continue;
    const last = storedBytes(kind, object);
    changes.push({
      key: keyOf(kind, '', name),
      expected: Number(resourceVersion),
      value: null,
      last,
    });
  }
  if (changes.length === 0) return;
  try {
    await context.store.commit(changes);
  } catch (error) {
    // Another change of a CRD was faster and has settled them, or the cluster goes to sleep.
    if (!(error instanceof StoreError) || error.code === 'WriteFailed') throw error;
  }
}

function apiServiceFor(
  context: ServerContext,
  name: string,
  group: string,
  version: string,
): KubeObject {
  const now = formatTime(context.now());
  return {
    apiVersion: 'apiregistration.k8s.io/v1',
    kind: 'APIService',
    metadata: {
      name,
      uid: context.uuid(),
      creationTimestamp: now,
      labels: { [label]: 'true' },
    },
    spec: { group, version, ...priorities },
    status: {
      conditions: [
        {
          type: 'Available',
          status: 'True',
          lastTransitionTime: now,
          reason: 'Local',
          message: 'Local APIServices are always available',
        },
      ],
    },
  };
}
