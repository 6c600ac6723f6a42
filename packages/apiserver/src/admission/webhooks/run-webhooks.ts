import { errors, type KubeObject } from '@dormice/apimachinery';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { countWebhook } from '../../metrics/count-webhook.ts';
import { keyPrefix } from '../../registry/keys.ts';
import { applyTo } from './apply-patch.ts';
import { type Call, callOf } from './call-of.ts';
import { callWebhook, denied, WebhookFailure } from './call-webhook.ts';
import { isExempt } from './relevant.ts';
import { type ReviewResponse, reviewOf, reviewVersion } from './review.ts';
import { type ConfiguredWebhook, webhooksOf } from './webhook.ts';

const group = 'admissionregistration.k8s.io';
const prefixes = {
  mutating: keyPrefix({ group, resource: 'mutatingwebhookconfigurations' }),
  validating: keyPrefix({ group, resource: 'validatingwebhookconfigurations' }),
};

/** Audit annotations of webhooks are below it. */
const auditDomain = 'webhook.admission.k8s.io';

const derived = new WeakMap<readonly KubeObject[], ConfiguredWebhook[]>();

function configured(context: ServerContext, type: keyof typeof prefixes): ConfiguredWebhook[] {
  const configurations = context.objects.list(prefixes[type]);
  let webhooks = derived.get(configurations);
  if (!webhooks) {
    webhooks = webhooksOf(configurations);
    derived.set(configurations, webhooks);
  }
  return webhooks;
}

/** @throws StatusError, WebhookFailure */
async function ask(
  context: ServerContext,
  webhook: ConfiguredWebhook,
  attributes: AdmissionAttributes,
  { asked, kind, objects }: Call,
  mutating: boolean,
): Promise<ReviewResponse> {
  if (attributes.dryRun && !['None', 'NoneOnDryRun'].includes(webhook.sideEffects)) {
    throw errors.badRequest(
      `admission webhook ${JSON.stringify(webhook.name)} does not support dry run`,
    );
  }
  const version = reviewVersion(webhook.admissionReviewVersions);
  if (version === undefined) {
    throw new WebhookFailure(
      webhook.name,
      'could not create admission objects: webhook does not accept known AdmissionReview versions (v1, v1beta1)',
      400,
    );
  }
  const review = reviewOf(context.uuid(), attributes, asked, kind, objects, version);
  const response = await callWebhook(context, webhook, review, mutating);
  for (const warning of response.warnings ?? []) attributes.warn(warning);
  for (const [key, value] of Object.entries(response.auditAnnotations ?? {})) {
    attributes.annotate?.(`${webhook.name}/${key}`, value);
  }
  if (!response.allowed) throw denied(webhook, response);
  return response;
}

/** A failure counts, or is passed over, as the webhook's policy says. */
function settle(context: ServerContext, webhook: ConfiguredWebhook, error: unknown): void {
  if (!(error instanceof WebhookFailure)) throw error;
  if (webhook.failurePolicy !== 'Ignore') throw error.toStatusError();
  context.log('warn', 'webhook failed, ignored as its failure policy says', {
    webhook: webhook.name,
    error: error.message,
  });
}

/** Which webhooks have run, and what the object was when each had: the second round is for those that saw another. */
export type Rounds = Map<string, string>;

/** Calls the mutating webhooks one after the other. Says whether one of them changed the object. */
export async function runMutatingWebhooks(
  context: ServerContext,
  attributes: AdmissionAttributes,
  rounds: Rounds,
  again = false,
): Promise<boolean> {
  const webhooks = configured(context, 'mutating');
  if (webhooks.length === 0 || isExempt(attributes)) return false;
  let changed = false;
  for (const [index, webhook] of webhooks.entries()) {
    const id = `${webhook.configuration}/${index}`;
    if (again && !mayRunAgain(webhook, rounds.get(id), attributes)) continue;
    const call = await callOf(context, webhook, attributes);
    if (!call) continue;
    const round = `round_${again ? 1 : 0}_index_${index}`;
    let mutated = false;
    try {
      mutated = await countWebhook(context, attributes, webhook, 'admit', async () => {
        const response = await ask(context, webhook, attributes, call, true);
        return applyTo(context, attributes, webhook, call, response);
      });
    } catch (error) {
      settle(context, webhook, error);
      attributes.annotate?.(`failed-open.mutation.${auditDomain}/${round}`, webhook.name);
    }
    const { configuration, name } = webhook;
    const value = JSON.stringify({ configuration, webhook: name, mutated });
    attributes.annotate?.(`mutation.${auditDomain}/${round}`, value);
    changed ||= mutated;
    rounds.set(id, JSON.stringify(attributes.object));
  }
  return changed;
}

const mayRunAgain = (
  { reinvocationPolicy }: ConfiguredWebhook,
  seen: string | undefined,
  { object }: AdmissionAttributes,
): boolean =>
  reinvocationPolicy === 'IfNeeded' && seen !== undefined && seen !== JSON.stringify(object);

/** Asks all validating webhooks at once; the first refusal counts. */
export async function runValidatingWebhooks(
  context: ServerContext,
  attributes: AdmissionAttributes,
): Promise<void> {
  const webhooks = configured(context, 'validating');
  if (webhooks.length === 0 || isExempt(attributes)) return;
  const calls: { webhook: ConfiguredWebhook; call: Call }[] = [];
  for (const webhook of webhooks) {
    const call = await callOf(context, webhook, attributes);
    if (call) calls.push({ webhook, call });
  }
  const results = await Promise.allSettled(
    calls.map(async ({ webhook, call }, index) => {
      try {
        await countWebhook(context, attributes, webhook, 'validating', () =>
          ask(context, webhook, attributes, call, false),
        );
      } catch (error) {
        settle(context, webhook, error);
        const key = `failed-open.validating.${auditDomain}/round_0_index_${index}`;
        attributes.annotate?.(key, webhook.name);
      }
    }),
  );
  const refusal = results.find((result) => result.status === 'rejected');
  if (refusal) throw refusal.reason;
}
