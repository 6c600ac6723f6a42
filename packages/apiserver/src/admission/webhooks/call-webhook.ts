import { StatusError } from '@dormice/apimachinery';
import type { ServerContext } from '../../context.ts';
import { postJson } from '../../outbound/post-json.ts';
import { type ReviewResponse, responseOf, type reviewOf } from './review.ts';
import type { ConfiguredWebhook } from './webhook.ts';

/** The webhook could not be asked, or did not answer as it must: its failure policy decides. */
export class WebhookFailure extends Error {
  readonly webhook: string;
  /** What metrics count it as. */
  readonly code: number;

  constructor(webhook: string, why: string, code = 503) {
    super(why);
    this.webhook = webhook;
    this.code = code;
  }

  /** Upstream's answer when the failure counts. */
  toStatusError(): StatusError {
    const message = `failed calling webhook ${JSON.stringify(this.webhook)}: ${this.message}`;
    return new StatusError(500, 'InternalError', `Internal error occurred: ${message}`, {
      causes: [{ message }],
    });
  }
}

/** Asks one webhook. @throws WebhookFailure */
export async function callWebhook(
  context: ServerContext,
  webhook: ConfiguredWebhook,
  review: ReturnType<typeof reviewOf>,
  mutating: boolean,
): Promise<ReviewResponse> {
  const { name, clientConfig, timeoutSeconds } = webhook;
  const fail = (what: string, error: unknown) =>
    new WebhookFailure(name, `${what}: ${(error as Error).message}`);
  const options = { timeoutSeconds, userAgent: 'kube-apiserver-admission' };
  let answer: unknown;
  try {
    answer = await postJson(context.outbound, clientConfig, review, options);
  } catch (error) {
    throw fail('failed to call webhook', error);
  }
  try {
    return responseOf(answer, review, mutating);
  } catch (error) {
    throw fail('received invalid webhook response', error);
  }
}

const denials = new WeakSet<StatusError>();

/** Did a webhook say no? */
export const isDenial = (error: StatusError): boolean => denials.has(error);

/** The refusal of a webhook in upstream's words. */
export function denied({ name }: ConfiguredWebhook, { status = {} }: ReviewResponse): StatusError {
  const by = `admission webhook ${JSON.stringify(name)} denied the request`;
  const why = status.message || status.reason;
  const code = status.code ?? 0;
  const denial = new StatusError(
    code < 400 ? 400 : code,
    (status.reason ?? '') as StatusError['reason'],
    why ? `${by}: ${why}` : `${by} without explanation`,
    status.details as StatusError['details'],
  );
  denials.add(denial);
  return denial;
}
