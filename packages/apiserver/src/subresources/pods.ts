import {
  errors,
  formatTime,
  isPlainObject,
  type KubeObject,
  labelSelectorFrom,
  StatusError,
  setCondition,
} from '@dormice/apimachinery';
import { schemaOf } from '@dormice/kinds';
import { admitBody } from '../admission/admit-other.ts';
import { parseBody } from '../registry/body.ts';
import { commitObject, untilCommitted } from '../registry/commit.ts';
import { deleteObject, deleteRequestOf } from '../registry/delete.ts';
import { entryOf } from '../registry/read.ts';
import { present } from '../registry/stored.ts';
import type { Write } from '../registry/write-context.ts';

const success = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 };

export const bindingBody = () => ({
  kind: 'Binding',
  schema: schemaOf('io.k8s.api.core.v1.Binding'),
});
const evictionBody = () => ({
  kind: 'Eviction',
  schema: schemaOf('io.k8s.api.policy.v1.Eviction'),
});

/** POST `pods/NAME/binding`: gives the pod its node, once. */
export async function bindPod(write: Write): Promise<object> {
  const { kind, info, context, request } = write;
  const { value } = parseBody(request, bindingBody());
  checkName(value, info.name, 'Binding');
  await admitBody(write, bodyOf(value, info.namespace), {
    group: '',
    version: 'v1',
    kind: 'Binding',
  });
  const target = isPlainObject(value)
    ? (value['target'] as Record<string, string> | undefined)
    : undefined;
  const node = target?.['name'] ?? '';
  checkTarget(target?.['kind'] ?? '', node);
  await untilCommitted(async () => {
    const entry = entryOf(context, kind, info.namespace, info.name);
    const pod = present(kind, entry.value);
    if (pod.metadata.deletionTimestamp !== undefined) {
      throw errors.conflict(
        kind,
        info.name,
        `pod ${info.name} is being deleted, cannot be assigned to a host`,
      );
    }
    if (pod['spec'].nodeName) {
      throw errors.conflict(
        { group: '', resource: 'pods/binding' },
        info.name,
        `pod ${info.name} is already assigned to node ${JSON.stringify(pod['spec'].nodeName)}`,
      );
    }
    const { annotations, labels } = isPlainObject(value)
      ? (value['metadata'] as KubeObject['metadata'])
      : ({} as KubeObject['metadata']);
    pod['spec'] = { ...pod['spec'], nodeName: node };
    if (annotations) pod.metadata.annotations = { ...pod.metadata.annotations, ...annotations };
    if (labels) pod.metadata.labels = { ...pod.metadata.labels, ...labels };
    pod['status'] = {
      ...pod['status'],
      conditions: setCondition(pod['status']?.conditions, {
        type: 'PodScheduled',
        status: 'True',
        lastProbeTime: null,
        lastTransitionTime: formatTime(context.now()),
      }),
    };
    await commitObject(write, pod, entry.revision);
  });
  return success;
}

/** Upstream gives these as plain errors. @throws StatusError 500 */
function checkTarget(kind: string, name: string): void {
  const problems = [
    ...(kind === '' || kind === 'Node'
      ? []
      : [
          `target.kind: Unsupported value: ${JSON.stringify(kind)}: supported values: "Node", "<empty>"`,
        ]),
    ...(name === '' ? ['target.name: Required value'] : []),
  ];
  if (problems.length === 0) return;
  const text = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`;
  throw new StatusError(500, '', text ?? '');
}

/** The body as admission sees it: in the pod's namespace. What admission changes is what counts. */
function bodyOf(value: unknown, namespace: string): KubeObject {
  const object = value as KubeObject;
  object.metadata = { ...object.metadata, namespace };
  return object;
}

/** The body names the pod too. */
function checkName(value: unknown, name: string, kind: string): void {
  const metadata = isPlainObject(value) ? value['metadata'] : undefined;
  if (isPlainObject(metadata) && metadata['name'] === name) return;
  throw errors.badRequest(`name in URL does not match name in ${kind} object`);
}

/** POST `pods/NAME/eviction`: deletes the pod unless a disruption budget forbids it. */
export async function evictPod(write: Write): Promise<object> {
  const { kind, info, context, request } = write;
  const { value } = parseBody(request, evictionBody());
  checkName(value, info.name, 'Eviction');
  await admitBody(write, bodyOf(value, info.namespace), {
    group: 'policy',
    version: 'v1',
    kind: 'Eviction',
  });
  const options = isPlainObject(value) ? value['deleteOptions'] : undefined;
  const entry = entryOf(context, kind, info.namespace, info.name);
  const pod = present(kind, entry.value);
  if (countsForBudget(pod)) await takeFromBudget(write, pod);
  const body = new TextEncoder().encode(JSON.stringify(options ?? {}));
  const deletion = deleteRequestOf({ ...request, headers: {}, body });
  await deleteObject(write, info.name, info.namespace, deletion, true);
  return success;
}

const finished = new Set(['Succeeded', 'Failed', 'Pending']);

const countsForBudget = (pod: KubeObject): boolean =>
  !finished.has(pod['status']?.phase) && pod.metadata.deletionTimestamp === undefined;

const budgets = {
  group: 'policy',
  version: 'v1',
  resource: 'poddisruptionbudgets',
  kind: 'PodDisruptionBudget',
  namespaced: true,
} as const;

async function takeFromBudget({ context, info }: Write, pod: KubeObject): Promise<void> {
  const { items } = await context.client.list(budgets, { namespace: info.namespace });
  const mine = items.filter((budget) =>
    labelSelectorFrom(budget['spec']?.selector).matches(pod.metadata.labels),
  );
  const [budget] = mine;
  if (!budget) return;
  if (mine.length > 1) {
    throw errors.internal(
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  const left: number = budget['status']?.disruptionsAllowed ?? 0;
  if (left <= 0) {
    throw new StatusError(
      429,
      'TooManyRequests',
      "Cannot evict pod as it would violate the pod's disruption budget.",
      {
        causes: [
          {
            reason: 'DisruptionBudget',
            message: `The disruption budget ${budget.metadata.name} needs ${budget['status']?.desiredHealthy ?? 0} healthy pods and has ${budget['status']?.currentHealthy ?? 0} currently`,
          },
        ],
      },
    );
  }
  await context.client.update(
    budgets,
    {
      ...budget,
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      status: { ...budget['status'], disruptionsAllowed: left - 1 },
    },
    { subresource: 'status' },
  );
}
