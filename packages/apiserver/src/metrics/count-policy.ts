import { outOfBudget } from '../admission/expressions/match-conditions.ts';
import type { ServerContext } from '../context.ts';
import { metricsOf } from './cluster-metrics.ts';
import { quoted } from './instruments.ts';

/** Counts one decision of a policy. @param error why it could not be made, when it could not */
export function countPolicy(
  context: ServerContext,
  { policy, binding }: { policy: string; binding: string },
  seconds: number,
  error: string | undefined,
  action?: 'allow' | 'deny' | 'audit' | 'warn',
): void {
  const metrics = metricsOf(context);
  const who = `error_type="${typeOf(error)}",policy=${quoted(policy)},policy_binding=${quoted(binding)}`;
  if (action === undefined) {
    metrics.mutatingPolicyChecks.add(who);
    metrics.mutatingPolicyDurations.observe(who, seconds);
    return;
  }
  const labels = `enforcement_action="${action}",${who}`;
  metrics.policyChecks.add(labels);
  metrics.policyDurations.observe(labels, seconds);
}

function typeOf(error: string | undefined): string {
  if (error === undefined) return 'no_error';
  if (error.startsWith('compilation')) return 'compile_error';
  return error === outOfBudget ? 'out_of_budget' : 'invalid_error';
}
