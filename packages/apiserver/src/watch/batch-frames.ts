import type { Event } from '@dormice/storage';
import { countFrame } from './count-frame.ts';
import { eventFrame, made } from './frames.ts';
import type { WatchPlan } from './watch-plan.ts';

/**
 * The frames of events that came together, as one piece: a busy server writes to each watcher once for all that happened
 * since it last did. Nothing when none of them is for this watcher. At once, unless a webhook converts the objects.
 */
export function batchFrames(
  plan: WatchPlan,
  batch: readonly Event[],
): Promise<Uint8Array | undefined> | Uint8Array | undefined {
  if (plan.conversion) return convertedFrames(plan, batch);
  const frames: Uint8Array[] = [];
  for (const event of batch) note(plan, eventFrame(plan, event), frames);
  return joined(frames);
}

async function convertedFrames(
  plan: WatchPlan,
  batch: readonly Event[],
): Promise<Uint8Array | undefined> {
  const frames: Uint8Array[] = [];
  for (const event of batch) note(plan, await made(plan, () => eventFrame(plan, event)), frames);
  return joined(frames);
}

function note(plan: WatchPlan, frame: Uint8Array | undefined, frames: Uint8Array[]): void {
  if (!frame) return;
  countFrame(plan, frame);
  frames.push(frame);
  plan.columnsSent = true;
}

const joined = (frames: readonly Uint8Array[]): Uint8Array | undefined =>
  frames.length > 1 ? Buffer.concat(frames) : frames[0];
