import { errors, type FieldError, fieldErrors, type KubeObject } from '@dormice/apimachinery';

const { invalid, required } = fieldErrors;

/** The three questions about access, and what of their metadata may be filled in. */
const rules = {
  SelfSubjectAccessReview: { subject: false, local: false, metadata: 'must be empty' },
  SubjectAccessReview: { subject: true, local: false, metadata: 'must be empty' },
  LocalSubjectAccessReview: {
    subject: true,
    local: true,
    metadata: 'must be empty except for namespace',
  },
} as const;

interface Selector {
  rawSelector?: string;
  requirements?: unknown[];
}

function ofSelector(selector: Selector | undefined, path: string): FieldError[] {
  if (!selector) return [];
  const { rawSelector = '', requirements = [] } = selector;
  if (rawSelector !== '' && requirements.length > 0) {
    const why = 'may not specified at the same time as requirements';
    return [invalid(`${path}.rawSelector`, rawSelector, why)];
  }
  if (rawSelector !== '' || requirements.length > 0) return [];
  const why = `when ${path} is specified, requirements or rawSelector is required`;
  return [required(`${path}.requirements`, why)];
}

/** Upstream does not say what kind of object is wrong. @throws StatusError 422 */
export function validateAccess(review: KubeObject, kind: keyof typeof rules): void {
  const { subject, local, metadata: emptiness } = rules[kind];
  const { resourceAttributes: resource, nonResourceAttributes: path } = review['spec'] ?? {};
  const { user = '', groups = [] } = review['spec'] ?? {};
  const problems: FieldError[] = [];
  const shown = path && { Path: path.path ?? '', Verb: path.verb ?? '' };
  if (resource && path) {
    const why = 'cannot be specified in combination with resourceAttributes';
    problems.push(invalid('spec.nonResourceAttributes', shown, why));
  }
  if (!resource && !path) {
    const why = 'exactly one of nonResourceAttributes or resourceAttributes must be specified';
    problems.push(invalid('spec.resourceAttributes', null, why));
  }
  if (subject && user === '' && groups.length === 0) {
    problems.push(invalid('spec.user', user, 'at least one of user or group must be specified'));
  }
  for (const name of ['fieldSelector', 'labelSelector']) {
    problems.push(...ofSelector(resource?.[name], `spec.resourceAttributes.${name}`));
  }
  const { managedFields: _managed, namespace, ...rest } = review.metadata;
  if (Object.keys(rest).length > 0 || (!local && namespace !== undefined)) {
    problems.push(invalid('metadata', review.metadata, emptiness));
  }
  if (local && resource && (resource.namespace ?? '') !== (namespace ?? '')) {
    const at = 'spec.resourceAttributes.namespace';
    problems.push(invalid(at, resource.namespace ?? '', 'must match metadata.namespace'));
  }
  if (local && path) {
    const why = 'disallowed on this kind of request';
    problems.push(invalid('spec.nonResourceAttributes', shown, why));
  }
  if (problems.length > 0) {
    throw errors.invalid({ group: 'authorization.k8s.io', kind: '' }, '', problems);
  }
}
