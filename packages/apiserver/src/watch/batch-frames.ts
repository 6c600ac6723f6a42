import type { Event } from '@dormice/storage';
import { countFrame } from './count-frame.ts';
import { eventFrame, made } from './frames.ts';
import type { WatchPlan } from './watch-plan.ts';

/**
 * The frames of events that came together, as one piece: a busy server writes to each watcher once for all that happened
 * since it last did. Nothing when none of them is for this watcher.
 */
export async function batchFrames(
  plan: WatchPlan,
  batch: readonly Event[],
): Promise<Uint8Array | undefined> {
  const frames: Uint8Array[] = [];
  for (const event of batch) {
    const making = made(plan, () => eventFrame(plan, event));
    const frame = making instanceof Promise ? await making : making;
    if (!frame) continue;
    countFrame(plan, frame);
    frames.push(frame);
    plan.columnsSent = true;
  }
  return frames.length > 1 ? Buffer.concat(frames) : frames[0];
}
