import type { Kind } from '@dormice/kinds';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { isSelected, matchedKind } from '../webhooks/relevant.ts';
import type { MatchResources } from './compiled-policy.ts';

/** The row in whose version a policy or a binding looks at the request; nothing when it does not. */
export function matching(
  context: ServerContext,
  attributes: AdmissionAttributes,
  asked: Kind,
  match: MatchResources,
): Kind | undefined {
  const scope = { ...match, rules: match.resourceRules ?? [] };
  const excluded = { ...match, rules: match.excludeResourceRules ?? [] };
  if (!isSelected(context, attributes, scope)) return undefined;
  if (matchedKind(context, attributes, asked, excluded)) return undefined;
  // A binding without rules narrows nothing.
  return scope.rules.length === 0 ? asked : matchedKind(context, attributes, asked, scope);
}
