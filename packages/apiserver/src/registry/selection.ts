import {
  errors,
  type FieldRequirement,
  type KubeObject,
  type LabelSelector,
  matchesFields,
  parseFieldSelector,
  parseLabelSelector,
} from '@dormice/apimachinery';
import type { Kind } from '@dormice/kinds';
import { isCustom } from './body.ts';

/** What a list or watch takes of a collection. */
export interface Selection {
  labels: LabelSelector;
  fields: FieldRequirement[];
  /** A selection of one name needs no scan. */
  name: string | undefined;
  /** Takes everything: bytes can be copied unread. */
  everything: boolean;
  matches(object: KubeObject): boolean;
}

const always: Record<string, (object: KubeObject) => string> = {
  'metadata.name': (object) => object.metadata.name ?? '',
  'metadata.namespace': (object) => object.metadata.namespace ?? '',
};

/** Upstream has one wording for kinds with selectable fields of their own, and one for all others. */
const hasOwnFields = (kind: Kind): boolean =>
  isCustom(kind) || Object.keys(kind.fieldSelectors ?? {}).length > 0;

/** Reads the selectors of a query. @throws StatusError 400 for a field that the kind does not select by. */
export function selectionOf(kind: Kind, query: URLSearchParams, name = ''): Selection {
  const labels = parseLabelSelector(query.get('labelSelector') ?? '');
  const fields = parseFieldSelector(query.get('fieldSelector') ?? '');
  if (name !== '') fields.push({ field: 'metadata.name', operator: '=', value: name });
  const getters = { ...always, ...kind.fieldSelectors };
  for (const { field } of fields) {
    if (!Object.hasOwn(getters, field)) {
      throw errors.badRequest(
        kind.unknownField?.(field) ??
          (hasOwnFields(kind)
            ? `field label not supported: ${field}`
            : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`),
      );
    }
  }
  const one = fields.find(({ field, operator }) => field === 'metadata.name' && operator === '=');
  return {
    labels,
    fields,
    name: one?.value,
    everything: labels.empty && fields.length === 0,
    matches: (object) =>
      labels.matches(object.metadata.labels) &&
      matchesFields(fields, (field) => getters[field as keyof typeof getters]?.(object) ?? ''),
  };
}
