import type { AdmissionAttributes } from '../api-server.ts';
import { checkEscalation } from '../authorize/escalation.ts';
import type { ServerContext } from '../context.ts';
import { runPolicies } from './policies/run-policies.ts';
import {
  type Rounds,
  runMutatingWebhooks,
  runValidatingWebhooks,
} from './webhooks/run-webhooks.ts';

/** The plugin that counts: it comes after everybody else has agreed. */
const last = 'ResourceQuota';

/**
 * Runs one phase of admission in upstream's order; the first refusal ends it. Webhooks come after the built-in plugins,
 * quota comes last. `allocate` is for the plugins of the server's owner, after the strategies. What webhooks change is shown to the plugins, and to webhooks that ask for it, once more.
 */
export async function runAdmission(
  context: ServerContext,
  attributes: AdmissionAttributes,
  phase: 'admit' | 'allocate' | 'validate',
): Promise<void> {
  switch (phase) {
    case 'admit':
      return mutate(context, attributes);
    case 'allocate':
      for (const plugin of context.lateAdmission) await plugin.admit?.(attributes, context.client);
      return;
    case 'validate':
      return validate(context, attributes);
  }
}

async function mutate(context: ServerContext, attributes: AdmissionAttributes): Promise<void> {
  const rounds: Rounds = new Map();
  await admitAll(context, attributes);
  if (!(await runMutatingWebhooks(context, attributes, rounds))) return;
  await admitAll(context, attributes);
  await runMutatingWebhooks(context, attributes, rounds);
}

async function admitAll(context: ServerContext, attributes: AdmissionAttributes): Promise<void> {
  for (const plugin of context.admission) await plugin.admit?.(attributes, context.client);
}

async function validate(context: ServerContext, attributes: AdmissionAttributes): Promise<void> {
  await checkEscalation(context, attributes);
  for (const plugin of context.admission) {
    if (plugin.name !== last) await plugin.validate?.(attributes, context.client);
  }
  for (const plugin of context.lateAdmission) await plugin.validate?.(attributes, context.client);
  runPolicies(context, attributes);
  await runValidatingWebhooks(context, attributes);
  for (const plugin of context.admission) {
    if (plugin.name === last) await plugin.validate?.(attributes, context.client);
  }
}
