import { applyJsonPatch, deepClone, type KubeObject, StatusError } from '@dormice/apimachinery';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { decodeObject, noDuplicates } from '../../registry/body.ts';
import { inVersion } from '../expressions/shown-objects.ts';
import { replaceIn } from '../replace-in.ts';
import type { Call } from './call-of.ts';
import { WebhookFailure } from './call-webhook.ts';
import type { ReviewResponse } from './review.ts';
import type { ConfiguredWebhook } from './webhook.ts';

/** Applies a JSON patch to the object of the request, in place. */
export async function applyTo(
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
  const document = deepClone(own ? object : await inVersion(context, asked, kind, object));
  try {
    const patched: unknown = applyJsonPatch(deepClone(document) as never, operations as never);
    if (own) replaceIn(object, patched as KubeObject);
    else {
      const decoded = decodeObject(kind, patched, noDuplicates, 'Ignore').object;
      replaceIn(object, await inVersion(context, kind, asked, decoded));
    }
  } catch (error) {
    throw internal(patchErrorText(error, document));
  }
  return JSON.stringify(object) !== before;
}

/** Is there something that the last part of the path could be in? */
function hasParent(document: unknown, path: string): boolean {
  let here: unknown = document;
  for (const part of path.split('/').slice(1, -1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    here = (here as Record<string, unknown> | undefined)?.[key];
  }
  return typeof here === 'object' && here !== null;
}

const missing = (operation: string) => (path: string) =>
  `${operation} operation does not apply: doc is missing path: ${JSON.stringify(path)}: missing value`;

/** The words of upstream's JSON patch library, by operation; members of the object itself are the usual case. */
const operationErrors: Record<string, (path: string, hasParent: boolean) => string> = {
  remove: (path, hasParent) =>
    hasParent
      ? `error in remove for path: '${path}': Unable to remove nonexistent key: ${path.slice(path.lastIndexOf('/') + 1)}: missing value`
      : missing('remove')(path),
  replace: (path, hasParent) =>
    hasParent
      ? `replace operation does not apply: doc is missing key: ${path}: missing value`
      : `replace operation does not apply: doc is missing path: ${path}: missing value`,
  add: missing('add'),
  test: (path) => `testing value ${path} failed: test failed`,
};

/** Why a patch failed: what the client of a patch is not told is told of a webhook's. */
export function patchErrorText(error: unknown, document: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const failed = /^operation \d+ \((\w+) (.*)\)$/.exec(cause instanceof Error ? cause.message : '');
  const words = operationErrors[failed?.[1] ?? ''];
  const path = failed?.[2] ?? '';
  if (failed && words) return words(path, hasParent(document, path));
  if (cause instanceof Error)
    return cause.cause instanceof Error ? cause.cause.message : cause.message;
  return error.message.replace(/^.*? cannot be handled as a [^:]*: /, '');
}

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
