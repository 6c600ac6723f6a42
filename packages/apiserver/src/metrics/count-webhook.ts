import { StatusError } from '@dormice/apimachinery';
import { isDenial, WebhookFailure } from '../admission/webhooks/call-webhook.ts';
import type { ConfiguredWebhook } from '../admission/webhooks/webhook.ts';
import type { AdmissionAttributes } from '../api-server.ts';
import type { ServerContext } from '../context.ts';
import { metricsOf } from './cluster-metrics.ts';
import { quoted } from './instruments.ts';

/** Codes above it are counted as it: what webhooks answer is not to make more and more series. */
const highestCode = 600;

/** Runs the call of one webhook and counts how it ended. */
export async function countWebhook<T>(
  context: ServerContext,
  { operation }: AdmissionAttributes,
  { name, failurePolicy }: ConfiguredWebhook,
  type: 'admit' | 'validating',
  work: () => Promise<T>,
): Promise<T> {
  const since = performance.now();
  const metrics = metricsOf(context);
  const named = `name=${quoted(name)}`;
  const note = (code: number, rejected: boolean): void => {
    const seconds = (performance.now() - since) / 1000;
    const rest = `${named},operation="${operation}",rejected="${rejected}",type="${type}"`;
    metrics.webhookDurations.observe(rest, seconds);
    metrics.webhookRequests.add(`code="${Math.min(code, highestCode)}",${rest}`);
  };
  try {
    const result = await work();
    note(200, false);
    return result;
  } catch (error) {
    const { why, code } = endOf(error);
    const isOpen = error instanceof WebhookFailure && failurePolicy === 'Ignore';
    note(code, !isOpen);
    if (isOpen) metrics.webhookFailOpens.add(`${named},type="${type}"`);
    else {
      metrics.webhookRejections.add(
        `error_type="${why}",${named},operation="${operation}",rejection_code="${Math.min(code, highestCode)}",type="${type}"`,
      );
    }
    throw error;
  }
}

function endOf(error: unknown): { why: string; code: number } {
  if (error instanceof WebhookFailure) return { why: 'calling_webhook_error', code: error.code };
  if (error instanceof StatusError && isDenial(error)) return { why: 'no_error', code: error.code };
  return { why: 'apiserver_internal_error', code: 0 };
}
