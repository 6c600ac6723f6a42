import { type KubeObject, LabelSelector } from '@dormice/apimachinery';
import type { NodeSelectorTerm, PodSpec, Toleration } from './pod.ts';

export interface Taint {
  key: string;
  value?: string;
  effect: string;
}

type Operator = ConstructorParameters<typeof LabelSelector>[0][number]['operator'];

const matchesAll = (
  labels: Record<string, string>,
  list: NonNullable<NodeSelectorTerm['matchExpressions']>,
): boolean =>
  new LabelSelector(
    list.map(({ key, operator, values = [] }) => ({ key, operator: operator as Operator, values })),
  ).matches(labels);

/** A term with nothing in it matches no node. */
function matchesTerm(
  node: KubeObject,
  { matchExpressions, matchFields }: NodeSelectorTerm,
): boolean {
  const expressions = matchExpressions ?? [];
  const fields = matchFields ?? [];
  if (expressions.length === 0 && fields.length === 0) return false;
  return (
    matchesAll(node.metadata.labels ?? {}, expressions) &&
    matchesAll({ 'metadata.name': node.metadata.name ?? '' }, fields)
  );
}

/** Does the pod's node selector and required affinity allow the node? */
export function matchesNode(spec: PodSpec, node: KubeObject): boolean {
  const labels = node.metadata.labels ?? {};
  const selected = Object.entries(spec.nodeSelector ?? {}).every(
    ([name, value]) => labels[name] === value,
  );
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return (
    selected && (!required || required.nodeSelectorTerms.some((term) => matchesTerm(node, term)))
  );
}

function tolerates(
  { key, operator = 'Equal', value = '', effect }: Toleration,
  taint: Taint,
): boolean {
  if (effect !== undefined && effect !== '' && effect !== taint.effect) return false;
  if (key === undefined || key === '') return operator === 'Exists';
  if (key !== taint.key) return false;
  return operator === 'Exists' || value === (taint.value ?? '');
}

/** The first taint with one of these effects that nothing tolerates. */
export function untoleratedTaint(
  node: KubeObject,
  tolerations: readonly Toleration[],
  effects: readonly string[],
): Taint | undefined {
  const taints: Taint[] = node['spec']?.taints ?? [];
  return taints.find(
    (taint) => effects.includes(taint.effect) && !tolerations.some((one) => tolerates(one, taint)),
  );
}
