import type { AdmissionAttributes } from '../api-server.ts';
import type { ServerContext } from '../context.ts';

/** Runs one phase of all plugins, in order; the first refusal ends it. */
export async function runAdmission(
  context: ServerContext,
  attributes: AdmissionAttributes,
  phase: 'admit' | 'validate',
): Promise<void> {
  for (const plugin of context.admission) await plugin[phase]?.(attributes, context.client);
}
