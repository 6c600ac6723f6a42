import {
  applyJsonPatch,
  deepClone,
  errors,
  type KubeObject,
  StatusError,
} from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { convertedTo } from '../../crd/conversion.ts';
import { decodeObject, noDuplicates } from '../../registry/body.ts';
import { keyPrefix } from '../../registry/keys.ts';
import { convertBetween } from '../../registry/stored.ts';
import { callWebhook, denied, WebhookFailure } from './call-webhook.ts';
import { isExempt, isSelected, matchedKind } from './relevant.ts';
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
    );
  }
  const { object, oldObject } = attributes;
  const own = attributes.kind.kind !== asked.kind;
  const seen = (one: KubeObject | undefined) =>
    one && !own ? inVersion(context, asked, kind, one) : one;
  const objects = { object: await seen(object), oldObject: await seen(oldObject) };
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
): Promise<boolean> {
  const webhooks = configured(context, 'mutating');
  if (webhooks.length === 0 || isExempt(attributes)) return false;
  const again = rounds.size > 0;
  let changed = false;
  for (const [index, webhook] of webhooks.entries()) {
    const id = `${webhook.configuration}/${index}`;
    if (again && !mayRunAgain(webhook, rounds.get(id), attributes)) continue;
    const call = relevant(context, webhook, attributes);
    if (!call) continue;
    const round = `round_${again ? 1 : 0}_index_${index}`;
    let mutated = false;
    try {
      const response = await ask(context, webhook, attributes, call, true);
      mutated = await applyTo(context, attributes, webhook, call, response);
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

/** Applies a JSON patch to the object of the request, in place. */
async function applyTo(
  context: ServerContext,
  attributes: AdmissionAttributes,
  webhook: ConfiguredWebhook,
  { asked, kind }: Call,
  { patch = '', patchType }: ReviewResponse,
): Promise<boolean> {
  if (patch === '') return false;
  const operations = operationsOf(webhook.name, patch);
  if (operations.length === 0) return false;
  const { object } = attributes;
  if (!object) {
    throw internal(
      `admission webhook ${JSON.stringify(webhook.name)} attempted to modify the object, which is not supported for this operation`,
    );
  }
  if (patchType && patchType !== 'JSONPatch') {
    const type = JSON.stringify(patchType);
    throw new WebhookFailure(webhook.name, `unsupported patch type ${type}`);
  }
  const before = JSON.stringify(object);
  const own = attributes.kind.kind !== asked.kind;
  try {
    const document = deepClone(own ? object : await inVersion(context, asked, kind, object));
    const patched: unknown = applyJsonPatch(document as never, operations as never);
    if (own) replaceIn(object, patched as KubeObject);
    else {
      const decoded = decodeObject(kind, patched, noDuplicates, 'Ignore').object;
      replaceIn(object, await inVersion(context, kind, asked, decoded));
    }
  } catch (error) {
    throw internal(patchErrorText(error));
  }
  return JSON.stringify(object) !== before;
}

const missing = (operation: string) => (path: string) =>
  `${operation} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`;

/** The words of upstream's JSON patch library, by operation; members of the object itself are the usual case. */
const operationErrors: Record<string, (path: string) => string> = {
  remove: (path) =>
    path.lastIndexOf('/') > 0
      ? missing('remove')(path)
      : `error in remove for path: '${path}': Unable to remove nonexistent key: ${path.slice(1)}: missing value`,
  replace: (path) =>
    path.lastIndexOf('/') > 0
      ? missing('replace')(path)
      : `replace operation does not apply: doc is missing key: ${path}: missing value`,
  add: missing('add'),
  test: (path) => `testing value ${path} failed: test failed`,
};

/** Why a patch failed: what the client of a patch is not told is told of a webhook's. */
function patchErrorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const failed = /^operation \d+ \((\w+) (.*)\)$/.exec(cause instanceof Error ? cause.message : '');
  const words = operationErrors[failed?.[1] ?? ''];
  if (failed && words) return words(failed[2] ?? '');
  if (cause instanceof Error)
    return cause.cause instanceof Error ? cause.cause.message : cause.message;
  return error.message.replace(/^.*? cannot be handled as a [^:]*: /, '');
}

/** The object in another version, converted by the CRD's webhook where it has one. */
const inVersion = (
  context: ServerContext,
  from: Kind,
  to: Kind,
  object: KubeObject,
): KubeObject | Promise<KubeObject> =>
  (from === to ? undefined : convertedTo(context, from, to, object)) ??
  convertBetween(from, to, object);

/** @throws WebhookFailure when the patch is none */
function operationsOf(name: string, patch: string): unknown[] {
  const undecodable = 'received undecodable patch in webhook response';
  try {
    const operations: unknown = JSON.parse(Buffer.from(patch, 'base64').toString('utf8'));
    if (Array.isArray(operations)) return operations;
  } catch (error) {
    throw new WebhookFailure(name, `${undecodable}: ${(error as Error).message}`);
  }
  throw new WebhookFailure(
    name,
    `${undecodable}: json: cannot unmarshal object into Go value of type jsonpatch.Patch`,
  );
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
    calls.map(async ({ webhook, call }, index) => {
      try {
        await ask(context, webhook, attributes, call, false);
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
