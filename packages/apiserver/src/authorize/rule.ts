import type { AuthorizerAttributes } from './authorize.ts';

/** `rbac.authorization.k8s.io/v1` PolicyRule. */
export interface PolicyRule {
  verbs: string[];
  apiGroups?: string[];
  resources?: string[];
  resourceNames?: string[];
  nonResourceURLs?: string[];
}

const has = (list: readonly string[] | undefined, wanted: string): boolean =>
  (list ?? []).some((entry) => entry === '*' || entry === wanted);

type Asked = Pick<
  AuthorizerAttributes,
  'verb' | 'isResource' | 'group' | 'resource' | 'subresource' | 'name' | 'path'
>;

/** Does one rule allow it? */
export function allows(rule: PolicyRule, asked: Asked): boolean {
  if (!has(rule.verbs, asked.verb)) return false;
  if (!asked.isResource)
    return (rule.nonResourceURLs ?? []).some((url) => coversPath(url, asked.path));
  if (!has(rule.apiGroups, asked.group)) return false;
  const full = asked.subresource === '' ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const resources = rule.resources ?? [];
  const fits =
    has(resources, full) ||
    (asked.subresource !== '' && resources.includes(`*/${asked.subresource}`));
  if (!fits) return false;
  const names = rule.resourceNames ?? [];
  return names.length === 0 || names.includes(asked.name);
}

function coversPath(pattern: string, path: string): boolean {
  if (pattern === '*') return true;
  return pattern.endsWith('*') ? path.startsWith(pattern.slice(0, -1)) : pattern === path;
}

/** Does `owner` cover all of `wanted`? The escalation check of roles and bindings. */
export function covers(owned: readonly PolicyRule[], wanted: PolicyRule): boolean {
  return singles(wanted).every((single) => owned.some((rule) => coversSingle(rule, single)));
}

/** A rule taken apart: one verb, group, resource and name (or path) each. */
export function singles(rule: PolicyRule): PolicyRule[] {
  const paths = rule.nonResourceURLs ?? [];
  const names = rule.resourceNames ?? [];
  return rule.verbs.flatMap((verb) => [
    ...paths.map((url) => ({ verbs: [verb], nonResourceURLs: [url] })),
    ...(rule.apiGroups ?? []).flatMap((group) =>
      (rule.resources ?? []).flatMap((resource) =>
        (names.length === 0 ? [undefined] : names).map((name) => ({
          verbs: [verb],
          apiGroups: [group],
          resources: [resource],
          ...(name === undefined ? {} : { resourceNames: [name] }),
        })),
      ),
    ),
  ]);
}

function coversSingle(owner: PolicyRule, single: PolicyRule): boolean {
  const [verb = ''] = single.verbs;
  if (!has(owner.verbs, verb)) return false;
  const [url] = single.nonResourceURLs ?? [];
  if (url !== undefined) {
    return (owner.nonResourceURLs ?? []).some((pattern) => coversPath(pattern, url));
  }
  const [group = ''] = single.apiGroups ?? [];
  const [resource = ''] = single.resources ?? [];
  const [name] = single.resourceNames ?? [];
  if (!has(owner.apiGroups, group)) return false;
  const subresource = resource.split('/')[1];
  const fits =
    has(owner.resources, resource) ||
    (subresource !== undefined && (owner.resources ?? []).includes(`*/${subresource}`));
  if (!fits) return false;
  const names = owner.resourceNames ?? [];
  return names.length === 0 || (name !== undefined && names.includes(name));
}

/** How a rule is told in the escalation message. */
export function describeRule(rule: PolicyRule): string {
  const list = (name: string, values: readonly string[] | undefined): string =>
    (values ?? []).length === 0
      ? ''
      : `${name}:[${(values ?? []).map((value) => JSON.stringify(value)).join(' ')}]`;
  const parts = [
    list('APIGroups', rule.apiGroups),
    list('Resources', rule.resources),
    list('ResourceNames', rule.resourceNames),
    list('NonResourceURLs', rule.nonResourceURLs),
    list('Verbs', rule.verbs),
  ];
  return `{${parts.filter((part) => part !== '').join(', ')}}`;
}
