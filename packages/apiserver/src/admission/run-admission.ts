import type { AdmissionAttributes, AdmissionPlugin } from '../api-server.ts';
import { checkEscalation } from '../authorize/escalation.ts';
import { cacheOf, type ServerContext } from '../context.ts';
import { countAdmission } from '../metrics/count-admission.ts';
import { type PolicyRounds, runMutatingPolicies } from './policies/run-mutating-policies.ts';
import { runPolicies } from './policies/run-policies.ts';
import { readingClient } from './reading-client.ts';
import {
  type Rounds,
  runMutatingWebhooks,
  runValidatingWebhooks,
} from './webhooks/run-webhooks.ts';

const key = Symbol('reading client');
const clientOf = (context: ServerContext) => cacheOf(context, key, () => readingClient(context));

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
      return countAdmission(context, attributes, { type: 'admit' }, () =>
        mutate(context, attributes),
      );
    case 'allocate':
      for (const plugin of context.lateAdmission) await ask(context, plugin, 'admit', attributes);
      return;
    case 'validate':
      return countAdmission(context, attributes, { type: 'validate' }, () =>
        validate(context, attributes),
      );
  }
}

async function mutate(context: ServerContext, attributes: AdmissionAttributes): Promise<void> {
  const rounds: Rounds = new Map();
  const policies: PolicyRounds = { again: false, keys: new Set() };
  await admitAll(context, attributes);
  const byPolicies = await runMutatingPolicies(context, attributes, policies);
  const byWebhooks = await runMutatingWebhooks(context, attributes, rounds);
  if (!byPolicies && !byWebhooks) return;
  policies.again = true;
  await admitAll(context, attributes);
  await runMutatingPolicies(context, attributes, policies);
  await runMutatingWebhooks(context, attributes, rounds, true);
}

async function admitAll(context: ServerContext, attributes: AdmissionAttributes): Promise<void> {
  for (const plugin of context.admission) {
    const waiting = ask(context, plugin, 'admit', attributes);
    if (waiting) await waiting;
  }
}

/** What one plugin says, if it has anything to say in this phase. */
function ask(
  context: ServerContext,
  plugin: AdmissionPlugin,
  type: 'admit' | 'validate',
  attributes: AdmissionAttributes,
): Promise<void> | undefined {
  if (!plugin[type]) return undefined;
  return countAdmission(context, attributes, { name: plugin.name, type }, () =>
    plugin[type]?.(attributes, clientOf(context)),
  );
}

async function validate(context: ServerContext, attributes: AdmissionAttributes): Promise<void> {
  await checkEscalation(context, attributes);
  for (const plugin of context.admission) {
    const waiting = plugin.name === last ? undefined : ask(context, plugin, 'validate', attributes);
    if (waiting) await waiting;
  }
  for (const plugin of context.lateAdmission) await ask(context, plugin, 'validate', attributes);
  await runPolicies(context, attributes);
  await runValidatingWebhooks(context, attributes);
  for (const plugin of context.admission) {
    if (plugin.name === last) await ask(context, plugin, 'validate', attributes);
  }
}
