import type { AdmissionAttributes, AdmissionPlugin } from '../api-server.ts';
import { checkEscalation } from '../authorize/escalation.ts';
import { cacheOf, type ServerContext } from '../context.ts';
import { countAdmission } from '../metrics/count-admission.ts';
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
      for (const plugin of context.lateAdmission) await admitBy(context, plugin, attributes);
      return;
    case 'validate':
      return countAdmission(context, attributes, { type: 'validate' }, () =>
        validate(context, attributes),
      );
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
  for (const plugin of context.admission) await admitBy(context, plugin, attributes);
}

async function admitBy(
  context: ServerContext,
  plugin: AdmissionPlugin,
  attributes: AdmissionAttributes,
): Promise<void> {
  if (!plugin.admit) return;
  const labels = { name: plugin.name, type: 'admit' } as const;
  await countAdmission(context, attributes, labels, () =>
    plugin.admit?.(attributes, clientOf(context)),
  );
}

async function validateBy(
  context: ServerContext,
  plugin: AdmissionPlugin,
  attributes: AdmissionAttributes,
): Promise<void> {
  if (!plugin.validate) return;
  const labels = { name: plugin.name, type: 'validate' } as const;
  await countAdmission(context, attributes, labels, () =>
    plugin.validate?.(attributes, clientOf(context)),
  );
}

async function validate(context: ServerContext, attributes: AdmissionAttributes): Promise<void> {
  await checkEscalation(context, attributes);
  for (const plugin of context.admission) {
    if (plugin.name !== last) await validateBy(context, plugin, attributes);
  }
  for (const plugin of context.lateAdmission) await validateBy(context, plugin, attributes);
  await runPolicies(context, attributes);
  await runValidatingWebhooks(context, attributes);
  for (const plugin of context.admission) {
    if (plugin.name === last) await validateBy(context, plugin, attributes);
  }
}
