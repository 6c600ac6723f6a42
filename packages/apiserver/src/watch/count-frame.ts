import { metricsOf } from '../metrics/cluster-metrics.ts';
import type { WatchPlan } from './watch-plan.ts';

/** Counts one event that goes to a watcher. */
export function countFrame({ context, labels }: WatchPlan, frame: Uint8Array): void {
  const { watchEvents, watchEventSizes } = metricsOf(context);
  watchEvents.add(labels);
  watchEventSizes.observe(labels, frame.length);
}
