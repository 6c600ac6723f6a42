import { StatusError } from '@dormice/apimachinery';
import type { ServerContext } from '../../context.ts';
import { type PostOptions, postJson } from '../../outbound/post-json.ts';
import { resolveService } from '../../outbound/resolve-service.ts';
import { type ReviewResponse, responseOf, type reviewOf } from './review.ts';
import type { ConfiguredWebhook } from './webhook.ts';

/** Largest answer of a webhook, bytes: three times the largest object. */
const limit = 9 * 1024 * 1024;

/** So much of a failing webhook's answer is told, characters. */
const shown = 2048;

/** The webhook could not be asked, or did not answer as it must: its failure policy decides. */
export class WebhookFailure extends Error {
  readonly webhook: string;

  constructor(webhook: string, why: string) {
    super(why);
    this.webhook = webhook;
  }

  /** Upstream's answer when the failure counts. */
  toStatusError(): StatusError {
    const message = `failed calling webhook ${JSON.stringify(this.webhook)}: ${this.message}`;
    return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, {
      causes: [{ message }],
    });
  }
}

/** Where a webhook is asked. */
export function targetOf(
  context: ServerContext,
  { clientConfig, timeoutSeconds }: Pick<ConfiguredWebhook, 'clientConfig' | 'timeoutSeconds'>,
): Pick<PostOptions, 'url' | 'connectTo' | 'ca'> {
  const ca =
    (clientConfig.caBundle ?? '') === ''
      ? undefined
      : Buffer.from(clientConfig.caBundle ?? '', 'base64').toString('utf8');
  const { service } = clientConfig;
  const url = service
    ? new URL(
        `https://${service.name}.${service.namespace}.svc:${service.port ?? 443}${service.path ?? ''}`,
      )
    : new URL(clientConfig.url ?? '');
  url.searchParams.set('timeout', `${timeoutSeconds}s`);
  const connectTo =
    service && resolveService(context, service.namespace, service.name, service.port ?? 443);
  return { url, connectTo, ca };
}

/** Asks one webhook. @throws WebhookFailure */
export async function callWebhook(
  context: ServerContext,
  webhook: ConfiguredWebhook,
  review: ReturnType<typeof reviewOf>,
): Promise<ReviewResponse> {
  if (!webhook.admissionReviewVersions.includes('v1')) {
    throw new WebhookFailure(
      webhook.name,
      'webhook does not accept known AdmissionReview versions (v1, v1beta1)',
    );
  }
  const { status, body } = await post(context, webhook, JSON.stringify(review));
  if (status < 200 || status > 206) {
    const why = `an error on the server (${JSON.stringify(body.slice(0, shown).trim())}) has prevented the request from succeeding`;
    throw new WebhookFailure(webhook.name, `failed to call webhook: ${why}`);
  }
  try {
    return responseOf(body, review.request.uid);
  } catch (error) {
    const why = `received invalid webhook response: ${(error as Error).message}`;
    throw new WebhookFailure(webhook.name, why);
  }
}

/** @throws WebhookFailure that names the URL */
async function post(context: ServerContext, webhook: ConfiguredWebhook, body: string) {
  try {
    const timeoutMs = webhook.timeoutSeconds * 1000;
    return await postJson({ ...targetOf(context, webhook), timeoutMs, body, limit });
  } catch (error) {
    const why = (error as Error).message;
    const url = JSON.stringify(shownUrl(webhook));
    throw new WebhookFailure(webhook.name, `failed to call webhook: Post ${url}: ${why}`);
  }
}

function shownUrl({ clientConfig, timeoutSeconds }: ConfiguredWebhook): string {
  const { service, url = '' } = clientConfig;
  const base = service
    ? `https://${service.name}.${service.namespace}.svc:${service.port ?? 443}${service.path || '/'}`
    : url;
  return `${base}${base.includes('?') ? '&' : '?'}timeout=${timeoutSeconds}s`;
}

/** The refusal of a webhook in upstream's words. */
export function denied({ name }: ConfiguredWebhook, { status = {} }: ReviewResponse): StatusError {
  const by = `admission webhook ${JSON.stringify(name)} denied the request`;
  const why = status.message || status.reason;
  const code = status.code ?? 0;
  return new StatusError(
    code < 400 ? 400 : code,
    (status.reason ?? '') as StatusError['reason'],
    why ? `${by}: ${why}` : `${by} without explanation`,
    status.details as StatusError['details'],
  );
}
