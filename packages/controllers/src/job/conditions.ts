import { type Condition, formatTime } from '@dormice/apimachinery';
import type { JobStatus } from './job.ts';

/** Adds or turns a condition; both times are those of the turn. */
export function withCondition(
  status: JobStatus,
  type: string,
  reason: string,
  message: string,
  now: Date,
  value: 'True' | 'False' = 'True',
): JobStatus {
  const time = formatTime(now);
  const known = status.conditions?.find((condition) => condition.type === type);
  if (known?.status === value && known.reason === reason) return status;
  const condition: Condition = {
    type,
    status: value,
    lastProbeTime: time,
    lastTransitionTime: time,
    reason,
    message,
  };
  const others = status.conditions?.filter((one) => one.type !== type) ?? [];
  return { ...status, conditions: [...others, condition] };
}

export const hasCondition = (status: JobStatus | undefined, type: string): Condition | undefined =>
  status?.conditions?.find((condition) => condition.type === type && condition.status === 'True');
