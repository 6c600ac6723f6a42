import { errors } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { ConditionError, conditionsHold } from '../expressions/match-conditions.ts';
import { requestVariables, type Variables } from '../expressions/request-variables.ts';
import { type ShownObjects, shownObjects } from '../expressions/shown-objects.ts';
import { isSelected, matchedKind } from './relevant.ts';
import type { ConfiguredWebhook } from './webhook.ts';

/** What a webhook is asked about, when it is asked at all. */
export interface Call {
  asked: Kind;
  /** The row that its rules name: `asked`, or an equivalent. */
  kind: Kind;
  objects: ShownObjects;
}

/** What match conditions of webhooks may speak of. The namespace is declared and never there, as upstream. */
const uses = { params: false, authorizer: true, namespace: true };

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
  const objects = await shownObjects(context, attributes, asked, kind);
  if (webhook.matchConditions?.length) {
    const variables = requestVariables(context, attributes, asked, kind, objects);
    const known = { ...variables, namespaceObject: () => null };
    if (!mayBeAsked(webhook, attributes, known)) return undefined;
  }
  return { asked, kind, objects };
}

/** Where a condition cannot be decided, the failure policy decides. @throws StatusError 403 */
function mayBeAsked(
  { matchConditions = [], failurePolicy }: ConfiguredWebhook,
  { group, resource, name }: AdmissionAttributes,
  variables: Variables,
): boolean {
  try {
    return conditionsHold(matchConditions, variables, uses);
  } catch (error) {
    if (!(error instanceof ConditionError)) throw error;
    if (failurePolicy === 'Ignore') return false;
    throw errors.forbidden({ group, resource }, name, error.message);
  }
}
