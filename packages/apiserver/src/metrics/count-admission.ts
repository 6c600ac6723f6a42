import type { AdmissionAttributes } from '../api-server.ts';
import type { ServerContext } from '../context.ts';
import { metricsOf } from './cluster-metrics.ts';

/** Runs one plugin, or (without a name) a whole step of admission, and notes how long it took and whether it refused. */
export async function countAdmission(
  context: ServerContext,
  { operation }: AdmissionAttributes,
  { name, type }: { name?: string; type: 'admit' | 'validate' },
  work: () => Promise<void> | void,
): Promise<void> {
  const since = performance.now();
  let rejected = true;
  try {
    const pending = work();
    if (pending) await pending;
    rejected = false;
  } finally {
    const seconds = (performance.now() - since) / 1000;
    const metrics = metricsOf(context);
    const labels = metrics.labels.admission(name, operation, rejected, type);
    (name === undefined ? metrics.admissionSteps : metrics.admissionPlugins).observe(
      labels,
      seconds,
    );
  }
}
