import { applyPatch, deepClone, errors, type KubeObject, StatusError } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { decodeObject, noDuplicates } from '../../registry/body.ts';
import { keyPrefix } from '../../registry/keys.ts';
import { convertBetween } from '../../registry/stored.ts';
import { callWebhook, denied, WebhookFailure } from './call-webhook.ts';
import { isExempt, isSelected, matchedKind } from './relevant.ts';
import { type ReviewResponse, reviewOf } from './review.ts';
import { type ConfiguredWebhook, webhooksOf } from './webhook.ts';

const group = 'admissionregistration.k8s.io';
const prefixes = {
  mutating: keyPrefix({ group, resource: 'mutatingwebhookconfigurations' }),
  validating: keyPrefix({ group, resource: 'validatingwebhookconfigurations' }),
};

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

/** What a webhook is asked about, when it is asked at all. */
interface Call {
  asked: Kind;
  kind: Kind;
}

function relevant(
  context: ServerContext,
  webhook: ConfiguredWebhook,
  attributes: AdmissionAttributes,
): Call | undefined {
  const asked = context.kinds.find(attributes.group, attributes.version, attributes.resource);
  if (!asked) return undefined;
  const kind = matchedKind(context, attributes, asked, webhook);
  if (!kind || !isSelected(context, attributes, webhook)) return undefined;
  return { asked, kind };
}

/** @throws StatusError, WebhookFailure */
async function ask(
  context: ServerContext,
  webhook: ConfiguredWebhook,
  attributes: AdmissionAttributes,
  { asked, kind }: Call,
): Promise<ReviewResponse> {
  if (attributes.dryRun && !['None', 'NoneOnDryRun'].includes(webhook.sideEffects)) {
    throw errors.badRequest(
      `admission webhook ${JSON.stringify(webhook.name)} does not support dry run`,
    );
  }
  const { object, oldObject } = attributes;
  const seen = (one: KubeObject | undefined) => one && convertBetween(asked, kind, one);
  const review = reviewOf(context.uuid(), attributes, asked, kind, {
    object: seen(object),
    oldObject: seen(oldObject),
  });
  const response = await callWebhook(context, webhook, review);
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
): Promise<boolean> {
  const webhooks = configured(context, 'mutating');
  if (webhooks.length === 0 || isExempt(attributes)) return false;
  const again = rounds.size > 0;
  let changed = false;
  for (const webhook of webhooks) {
    const id = `${webhook.configuration}/${webhook.name}`;
    if (again && !mayRunAgain(webhook, rounds.get(id), attributes)) continue;
    const call = relevant(context, webhook, attributes);
    if (!call) continue;
    try {
      const { patch } = await ask(context, webhook, attributes, call);
      if (patch) changed = applyTo(attributes, webhook, call, patch) || changed;
    } catch (error) {
      settle(context, webhook, error);
    }
    rounds.set(id, JSON.stringify(attributes.object));
  }
  return changed;
}

const mayRunAgain = (
  { reinvocationPolicy }: ConfiguredWebhook,
  seen: string | undefined,
  { object }: AdmissionAttributes,
): boolean => reinvocationPolicy === 'IfNeeded' && seen !== JSON.stringify(object);

/** Applies a JSON patch to the object of the request, in place. */
function applyTo(
  attributes: AdmissionAttributes,
  webhook: ConfiguredWebhook,
  { asked, kind }: Call,
  patch: string,
): boolean {
  const { object } = attributes;
  if (!object) {
    throw internal(
      `admission webhook ${JSON.stringify(webhook.name)} attempted to modify the object, which is not supported for this operation`,
    );
  }
  const before = JSON.stringify(object);
  const text = Buffer.from(patch, 'base64').toString('utf8');
  let document: unknown;
  try {
    document = applyPatch({
      type: 'json',
      document: deepClone(convertBetween(asked, kind, object)) as never,
      patch: JSON.parse(text) as never,
      schema: kind.schema,
    });
  } catch (error) {
    const why = error instanceof StatusError ? error.message : String(error);
    throw internal(why);
  }
  const patched = decodeObject(kind, document, noDuplicates, 'Ignore').object;
  replaceIn(object, convertBetween(kind, asked, patched));
  return JSON.stringify(object) !== before;
}

const internal = (message: string): StatusError =>
  new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, {
    causes: [{ message }],
  });

/** Others hold the object: its content changes, not the object. */
function replaceIn(object: KubeObject, next: KubeObject): void {
  for (const key of Object.keys(object)) if (!(key in next)) delete object[key];
  Object.assign(object, next);
}

/** Asks all validating webhooks at once; the first refusal counts. */
export async function runValidatingWebhooks(
  context: ServerContext,
  attributes: AdmissionAttributes,
): Promise<void> {
  const webhooks = configured(context, 'validating');
  if (webhooks.length === 0 || isExempt(attributes)) return;
  const calls = webhooks.flatMap((webhook) => {
    const call = relevant(context, webhook, attributes);
    return call ? [{ webhook, call }] : [];
  });
  const results = await Promise.allSettled(
    calls.map(async ({ webhook, call }) => {
      try {
        await ask(context, webhook, attributes, call);
      } catch (error) {
        settle(context, webhook, error);
      }
    }),
  );
  const refusal = results.find((result) => result.status === 'rejected');
  if (refusal) throw refusal.reason;
}
