import { metricsOf } from '../metrics/cluster-metrics.ts';
import type { WatchPlan } from './watch-plan.ts';

/** Counts one event that goes to a watcher. */
export function countFrame({ context, kind }: WatchPlan, frame: Uint8Array): void {
  const { watchEvents, watchEventSizes } = metricsOf(context);
  const labels = `group="${kind.group}",resource="${kind.resource}",version="${kind.version}"`;
  watchEvents.add(labels);
  watchEventSizes.observe(labels, frame.length);
}
