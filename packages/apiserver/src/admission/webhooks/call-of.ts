import type { KubeObject } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { convertedTo } from '../../crd/conversion.ts';
import { convertBetween } from '../../registry/stored.ts';
import { conditionsHold } from './match-conditions.ts';
import { isSelected, matchedKind } from './relevant.ts';
import { reviewOf } from './review.ts';
import type { ConfiguredWebhook } from './webhook.ts';

/** What a webhook is asked about, when it is asked at all. */
export interface Call {
  asked: Kind;
  /** The row that its rules name: `asked`, or an equivalent. */
  kind: Kind;
  /** In the version of `kind`. */
  objects: { object: KubeObject | undefined; oldObject: KubeObject | undefined };
}

/** Nothing when rules, selectors or conditions leave the request out. @throws StatusError 403 */
export async function callOf(
  context: ServerContext,
  webhook: ConfiguredWebhook,
  attributes: AdmissionAttributes,
): Promise<Call | undefined> {
  const asked = context.kinds.find(attributes.group, attributes.version, attributes.resource);
  if (!asked) return undefined;
  const kind = matchedKind(context, attributes, asked, webhook);
  if (!kind || !isSelected(context, attributes, webhook)) return undefined;
  const { object, oldObject } = attributes;
  const own = attributes.kind.kind !== asked.kind;
  const shown = (one: KubeObject | undefined) =>
    one && !own ? inVersion(context, asked, kind, one) : one;
  const objects = { object: await shown(object), oldObject: await shown(oldObject) };
  if (webhook.matchConditions?.length) {
    const { request } = reviewOf('', attributes, asked, kind, objects, 'v1');
    if (!conditionsHold(context, webhook, attributes, { request, ...objects })) return undefined;
  }
  return { asked, kind, objects };
}

/** The object in another version, converted by the CRD's webhook where it has one. */
export const inVersion = (
  context: ServerContext,
  from: Kind,
  to: Kind,
  object: KubeObject,
): KubeObject | Promise<KubeObject> =>
  (from === to ? undefined : convertedTo(context, from, to, object)) ??
  convertBetween(from, to, object);
