import type { AdmissionAttributes } from '../api-server.ts';
import type { ServerContext } from '../context.ts';
import { metricsOf } from './cluster-metrics.ts';

/**
 * Runs one plugin, or (without a name) a whole step of admission, and notes how long it took and whether it refused.
 * Without a promise when the work gives none: most plugins have nothing to say about most objects.
 */
export function countAdmission(
  context: ServerContext,
  { operation }: AdmissionAttributes,
  { name, type }: { name?: string; type: 'admit' | 'validate' },
  work: () => Promise<void> | void,
): Promise<void> | undefined {
  const since = performance.now();
  const note = (rejected: boolean): void => {
    const seconds = (performance.now() - since) / 1000;
    const metrics = metricsOf(context);
    const labels = metrics.labels.admission(name, operation, rejected, type);
    (name === undefined ? metrics.admissionSteps : metrics.admissionPlugins).observe(
      labels,
      seconds,
    );
  };
  const refused = (error: unknown): never => {
    note(true);
    throw error;
  };
  let pending: Promise<void> | void;
  try {
    pending = work();
  } catch (error) {
    return refused(error);
  }
  if (pending) return pending.then(() => note(false), refused);
  note(false);
  return undefined;
}
