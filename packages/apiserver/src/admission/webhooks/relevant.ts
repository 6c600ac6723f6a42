import { type KubeObject, type LabelSelector, labelSelectorFrom } from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import type { AdmissionAttributes } from '../../api-server.ts';
import type { ServerContext } from '../../context.ts';
import { keyOf } from '../../registry/keys.ts';
import { present } from '../../registry/stored.ts';
import { ruleMatches } from './match-rules.ts';
import type { Rule } from './webhook.ts';

/** What says which requests a webhook or a policy is about. */
export interface Scope {
  rules?: Rule[];
  matchPolicy?: 'Equivalent' | 'Exact';
  namespaceSelector?: object;
  objectSelector?: object;
}

/** Kinds that decide about admission: a webhook that could refuse its own removal could not be removed. */
const exempt = new Set([
  'validatingwebhookconfigurations',
  'mutatingwebhookconfigurations',
  'validatingadmissionpolicies',
  'validatingadmissionpolicybindings',
  'mutatingadmissionpolicies',
  'mutatingadmissionpolicybindings',
]);

export const isExempt = ({ group, resource }: AdmissionAttributes): boolean =>
  group === 'admissionregistration.k8s.io' && exempt.has(resource);

/** The row whose rules fit: the one that was asked for, or one of the same objects in another version. */
export function matchedKind(
  context: ServerContext,
  attributes: AdmissionAttributes,
  asked: Kind,
  { rules = [], matchPolicy = 'Equivalent' }: Scope,
): Kind | undefined {
  const { subresource, operation } = attributes;
  const fits = ({ group, version, resource, scope }: Kind): boolean =>
    rules.some((rule) =>
      ruleMatches(rule, {
        group,
        version,
        resource,
        subresource,
        operation,
        namespaced: scope === 'Namespaced',
      }),
    );
  if (rules.length === 0) return undefined;
  if (fits(asked)) return asked;
  if (matchPolicy !== 'Equivalent') return undefined;
  const storage = storageOf(asked);
  return context.kinds
    .all()
    .find((kind) => kind !== asked && storageOf(kind) === storage && fits(kind));
}

const storageOf = ({ group, resource, storage }: Kind): string =>
  `${storage?.group ?? group}/${storage?.resource ?? resource}`;

/** Do the selectors choose this request? */
export function isSelected(
  context: ServerContext,
  attributes: AdmissionAttributes,
  { namespaceSelector, objectSelector }: Scope,
): boolean {
  const { object, oldObject } = attributes;
  if (!isEmptySelector(objectSelector)) {
    const selector = selectorOf(objectSelector);
    const chosen = [object, oldObject].some(
      // Options of a connection have no metadata, so no selector chooses them.
      (one) => one?.metadata && selector.matches(one.metadata.labels ?? {}),
    );
    if (!chosen) return false;
  }
  if (isEmptySelector(namespaceSelector)) return true;
  const labels = namespaceLabels(context, attributes);
  return labels === undefined || selectorOf(namespaceSelector).matches(labels);
}

const parsed = new WeakMap<object, LabelSelector>();

function selectorOf(selector: object = {}): LabelSelector {
  let known = parsed.get(selector);
  if (!known) {
    known = labelSelectorFrom(selector);
    parsed.set(selector, known);
  }
  return known;
}

const isEmptySelector = (selector: object | undefined): boolean =>
  selector === undefined ||
  Object.values(selector).every((part) => Object.keys(part ?? {}).length === 0);

/** Labels of the object's namespace, or of the object if it is one; nothing for other cluster-wide objects. */
function namespaceLabels(
  context: ServerContext,
  attributes: AdmissionAttributes,
): Record<string, string> | undefined {
  const { group, resource, object, oldObject } = attributes;
  if (group === '' && resource === 'namespaces') {
    return (object ?? oldObject)?.metadata.labels ?? {};
  }
  if (attributes.namespace === '') return undefined;
  return namespaceOf(context, attributes.namespace)?.metadata.labels ?? {};
}

/** The namespace as it is stored. */
export function namespaceOf(context: ServerContext, name: string): KubeObject | undefined {
  const kind = context.kinds.find('', 'v1', 'namespaces');
  const entry = kind && context.store.get(keyOf(kind, '', name));
  return kind && entry && present(kind, entry.value);
}
