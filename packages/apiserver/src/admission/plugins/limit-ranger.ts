import type { KubeObject } from '@dormice/apimachinery';
import { type Client, resources } from '@dormice/client';
import { aggregateAmounts, type PodAmounts } from '@dormice/kinds';
import type { AdmissionAttributes, AdmissionPlugin } from '../../api-server.ts';
import { aggregate, forbid } from './forbid.ts';
import { type Amounts, type LimitItem, type Needs, outOfBounds } from './limit-bounds.ts';

interface Container {
  name: string;
  resources?: Needs;
}

const each = (list: Container[] | undefined): Container[] => list ?? [];

/** What limits speak of: new pods, resized pods, and claims. */
function isLimited({ group, resource, subresource, operation, oldObject }: AdmissionAttributes) {
  if (group !== '' || oldObject?.metadata.deletionTimestamp !== undefined) return false;
  const changes = operation === 'CREATE' || operation === 'UPDATE';
  if (resource === 'persistentvolumeclaims') return changes && subresource === '';
  if (resource !== 'pods') return false;
  return operation === 'CREATE' ? subresource === '' : changes && subresource === 'resize';
}

async function rangesOf(client: Client, namespace: string): Promise<LimitItem[][]> {
  const { items } = await client.list(resources.limitranges, { namespace });
  return items.map((range) => (range['spec']?.limits ?? []) as LimitItem[]);
}

/** Fills in a namespace's default requests and limits, and refuses what lies outside its bounds. */
export const limitRanger: AdmissionPlugin = {
  name: 'LimitRanger',
  async admit(attributes, client) {
    const { resource, namespace, object } = attributes;
    if (!isLimited(attributes) || resource !== 'pods' || !object) return;
    for (const items of await rangesOf(client, namespace)) fillDefaults(object, items);
  },
  async validate(attributes, client) {
    const { resource, namespace, object } = attributes;
    if (!isLimited(attributes) || !object) return;
    for (const items of await rangesOf(client, namespace)) {
      const problems = items.flatMap((item) =>
        resource === 'pods' ? problemsOfPod(object, item) : problemsOfClaim(object, item),
      );
      if (problems.length > 0) throw forbid(attributes, aggregate(problems));
    }
  },
};

function fillDefaults(pod: KubeObject, items: readonly LimitItem[]): void {
  const ours = items.filter(({ type }) => type === 'Container');
  const defaults = {
    requests: Object.assign({}, ...ours.map(({ defaultRequest }) => defaultRequest)) as Amounts,
    limits: Object.assign({}, ...ours.map((item) => item.default)) as Amounts,
  };
  const notes = [
    ...each(pod['spec'].containers).flatMap((one) => fill(one, defaults, 'container')),
    ...each(pod['spec'].initContainers).flatMap((one) => fill(one, defaults, 'init container')),
  ];
  if (notes.length === 0) return;
  const note = `LimitRanger plugin set: ${notes.join('; ')}`;
  const { annotations } = pod.metadata;
  pod.metadata.annotations = { ...annotations, 'kubernetes.io/limit-ranger': note };
}

/** Says what it filled in, as the annotation tells it. */
function fill(container: Container, defaults: Required<Needs>, what: string): string[] {
  const notes: string[] = [];
  for (const side of ['requests', 'limits'] as const) {
    const own = container.resources?.[side] ?? {};
    const missing = Object.keys(defaults[side]).filter((name) => own[name] === undefined);
    if (missing.length === 0) continue;
    container.resources = { ...container.resources, [side]: { ...defaults[side], ...own } };
    const word = side === 'requests' ? 'request' : 'limit';
    notes.push(`${missing.sort().join(', ')} ${word} for ${what} ${container.name}`);
  }
  return notes;
}

function problemsOfPod(pod: KubeObject, item: LimitItem): string[] {
  if (item.type === 'Container') {
    const { containers, initContainers } = pod['spec'];
    return [...each(containers), ...each(initContainers)].flatMap((container) =>
      outOfBounds(item, container.resources ?? {}),
    );
  }
  if (item.type !== 'Pod') return [];
  return outOfBounds(item, { requests: ofPod(pod, 'requests'), limits: ofPod(pod, 'limits') });
}

/** What all containers need, or what the pod says that it needs as a whole. */
function ofPod({ spec }: KubeObject, side: 'requests' | 'limits'): Amounts {
  const total: PodAmounts = aggregateAmounts(spec, side);
  const whole: Amounts = spec.resources?.[side] ?? {};
  return {
    ...Object.fromEntries([...total].map(([name, amount]) => [name, amount.toString()])),
    ...Object.fromEntries(
      Object.entries(whole).filter(([name]) => name === 'cpu' || name === 'memory'),
    ),
  };
}

function problemsOfClaim(claim: KubeObject, item: LimitItem): string[] {
  if (item.type !== 'PersistentVolumeClaim') return [];
  return outOfBounds(item, { requests: claim['spec']?.resources?.requests ?? {} });
}
