import { type KubeObject, labelSelectorFrom } from '@dormice/apimachinery';
import { Elapsed } from './elapsed.ts';
import type { Cell } from './kind-module.ts';

/** Helpers for the cells of `kubectl get`, with upstream's words for what is missing. */
export const none = '<none>';
export const unset = '<unset>';
export const unknown = '<unknown>';

type Labels = Readonly<Record<string, string>> | undefined | null;
type LabelSelector = Parameters<typeof labelSelectorFrom>[0];

/** `5m12s` since a timestamp, `<unknown>` without one. */
export function since(timestamp: string | null | undefined): Elapsed | string {
  return timestamp ? new Elapsed(Date.parse(timestamp)) : unknown;
}

export const nameCell: Cell = (object) => object.metadata.name ?? '';
export const ageCell: Cell = (object) => since(object.metadata.creationTimestamp);
export const createdAtCell: Cell = (object) => object.metadata.creationTimestamp ?? null;

/** `a=1,b=2` sorted by key, `<none>` when empty. */
export function formatLabels(labels: Labels): string {
  const pairs = Object.entries(labels ?? {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? none : pairs.sort().join(',');
}

/** A `LabelSelector` in the syntax of `kubectl -l`, `<none>` when it is absent or empty. */
export function formatSelector(selector: LabelSelector): string {
  if (!selector) return none;
  const text = labelSelectorFrom(selector).toString();
  return text === '' ? none : text;
}

interface PodTemplate {
  spec?: { containers?: { name: string; image?: string }[] };
}

export const containerNames = (template: PodTemplate | undefined): string =>
  (template?.spec?.containers ?? []).map(({ name }) => name).join(',');
export const containerImages = (template: PodTemplate | undefined): string =>
  (template?.spec?.containers ?? []).map(({ image }) => image ?? '').join(',');

/** The three wide columns of everything that makes pods from a template. */
export function templateCells(
  template: (object: KubeObject) => PodTemplate | undefined,
  selector: (object: KubeObject) => string,
): Record<string, Cell> {
  return {
    Containers: (object) => containerNames(template(object)),
    Images: (object) => containerImages(template(object)),
    Selector: selector,
  };
}

/** The first `max` items, then ` + 2 more...`. */
export function firstFew(items: readonly string[], max: number): string {
  const text = items.slice(0, max).join(',');
  return items.length > max ? `${text} + ${items.length - max} more...` : text;
}

/** `True`, `False` or `<unset>`. */
export const boolText = (value: boolean | null | undefined): string =>
  value === undefined || value === null ? unset : value ? 'True' : 'False';

const shortModes: readonly [string, string][] = [
  ['ReadWriteOnce', 'RWO'],
  ['ReadOnlyMany', 'ROX'],
  ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
];

/** `RWO,RWX`, in upstream's order. */
export const formatAccessModes = (modes: readonly string[] | undefined): string =>
  shortModes
    .filter(([mode]) => modes?.includes(mode))
    .map(([, short]) => short)
    .join(',');

interface LoadBalancerStatus {
  ingress?: { ip?: string; hostname?: string }[];
}

/** Addresses of a load balancer, each once, sorted. */
export const loadBalancerAddresses = (status: LoadBalancerStatus | undefined): string[] =>
  [...new Set((status?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || ''))]
    .filter((address) => address !== '')
    .sort();

/** Does the status carry a condition of this type that is `True`? */
export const hasCondition = (object: KubeObject, type: string): boolean =>
  (object['status']?.conditions ?? []).some(
    (condition: { type: string; status: string }) =>
      condition.type === type && condition.status === 'True',
  );
