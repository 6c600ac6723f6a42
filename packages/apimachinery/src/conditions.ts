/** The common shape of `status.conditions[]`. */
export interface Condition {
  type: string;
  status: string;
  reason?: string;
  message?: string;
  lastTransitionTime?: string;
  lastUpdateTime?: string;
  lastProbeTime?: string | null;
  observedGeneration?: number;
}

export function getCondition<T extends Condition>(
  conditions: readonly T[] | undefined,
  type: string,
): T | undefined {
  return conditions?.find((condition) => condition.type === type);
}

/** The list with this condition in it; the transition time moves only with the status. */
export function setCondition<T extends Condition>(
  conditions: readonly T[] | undefined,
  next: T,
): T[] {
  const list = [...(conditions ?? [])];
  const at = list.findIndex((condition) => condition.type === next.type);
  const before = list[at];
  if (!before) return [...list, next];
  list[at] =
    before.status === next.status && before.lastTransitionTime !== undefined
      ? { ...next, lastTransitionTime: before.lastTransitionTime }
      : next;
  return list;
}
