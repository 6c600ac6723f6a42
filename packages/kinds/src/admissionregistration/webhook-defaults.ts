import type { KubeObject } from '@dormice/apimachinery';
import { each, type Loose } from '../loose.ts';

function ruleScopes(rules: Loose): void {
  for (const rule of each(rules)) rule.scope ??= '*';
}

function selectors(holder: Loose): void {
  holder.matchPolicy ??= 'Equivalent';
  holder.namespaceSelector ??= {};
  holder.objectSelector ??= {};
}

function webhookDefaults(webhook: Loose): void {
  webhook.failurePolicy ??= 'Fail';
  selectors(webhook);
  webhook.timeoutSeconds ??= 10;
  if (webhook.clientConfig?.service) webhook.clientConfig.service.port ??= 443;
  ruleScopes(webhook.rules);
}

export function validatingWebhookDefaults(configuration: KubeObject): void {
  for (const webhook of each(configuration['webhooks'])) webhookDefaults(webhook);
}

export function mutatingWebhookDefaults(configuration: KubeObject): void {
  for (const webhook of each(configuration['webhooks'])) {
    webhookDefaults(webhook);
    webhook.reinvocationPolicy ??= 'Never';
  }
}

function matchResources(match: Loose): void {
  if (!match) return;
  selectors(match);
  ruleScopes(match.resourceRules);
  ruleScopes(match.excludeResourceRules);
}

export function admissionPolicyDefaults(policy: KubeObject): void {
  const spec = policy['spec'];
  if (!spec) return;
  spec.failurePolicy ??= 'Fail';
  matchResources(spec.matchConstraints);
}

export function admissionPolicyBindingDefaults(binding: KubeObject): void {
  matchResources(binding['spec']?.matchResources);
}
