import type { AdmissionAttributes } from '../api-server.ts';
import { checkEscalation } from '../authorize/escalation.ts';
import type { ServerContext } from '../context.ts';

/** Runs one phase of all plugins, in order; the first refusal ends it. RBAC's own check comes before they validate. */
export async function runAdmission(
  context: ServerContext,
  attributes: AdmissionAttributes,
  phase: 'admit' | 'validate',
): Promise<void> {
  if (phase === 'validate') await checkEscalation(context, attributes);
  for (const plugin of context.admission) await plugin[phase]?.(attributes, context.client);
}
