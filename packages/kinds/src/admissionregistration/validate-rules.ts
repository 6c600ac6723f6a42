import { fieldErrors, isPathSegmentName, validateLabelSelector } from '@dormice/apimachinery';
import { type Check, follows, isAbsent, onEach } from '../checks.ts';
import { each, type Loose } from '../loose.ts';

const { duplicate, invalid, notSupported, required } = fieldErrors;

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];
const scopes = ['*', 'Cluster', 'Namespaced'];
const matchPolicies = ['Equivalent', 'Exact'];

/** A list in which a wildcard stands alone. */
function validateList(list: Loose, path: string, others: string): Check {
  const items = each(list);
  return [
    ...(items.length === 0 ? [required(path)] : []),
    ...(items.length > 1 && items.includes('*')
      ? [invalid(path, items, `if '*' is present, must not specify other ${others}`)]
      : []),
  ];
}

/** `pods`, `pods/log`, `pods/*`, `*` … where nothing names what a wildcard names already. */
function validateResources(list: Loose, path: string): Check {
  const resources: string[] = each(list);
  const wholeResources = new Set<string>();
  const wholeSubresources = new Set<string>();
  // Upstream remembers only the last one without a subresource.
  let plain = false;
  const errors = onEach(resources, path, (resource: string, at) => {
    if (resource === '') return [required(at)];
    const slash = resource.indexOf('/');
    if (slash === -1) {
      plain = resource !== '*';
      return [];
    }
    const [name, sub] = [resource.slice(0, slash), resource.slice(slash + 1)];
    const taken = [
      ...(wholeResources.has(name) ? [`${name}/*`] : []),
      ...(wholeSubresources.has(sub) ? [`*/${sub}`] : []),
    ];
    if (sub === '*') wholeResources.add(name);
    if (name === '*') wholeSubresources.add(sub);
    return taken.map((other) =>
      invalid(at, resource, `if '${other}' is present, must not specify ${resource}`),
    );
  });
  return [
    ...(resources.length === 0 ? [required(path)] : []),
    ...errors,
    ...(resources.length > 1 && resources.includes('*/*')
      ? [invalid(path, resources, "if '*/*' is present, must not specify other resources")]
      : []),
    ...(resources.includes('*') && plain
      ? [
          invalid(
            path,
            resources,
            "if '*' is present, must not specify other resources without subresources",
          ),
        ]
      : []),
  ];
}

/** Operations on resources, of webhooks and policies. */
export function validateRuleWithOperations(rule: Loose, at: string): Check {
  return [
    ...validateList(rule.operations, `${at}.operations`, 'operations'),
    ...onEach(rule.operations, `${at}.operations`, (operation, where) =>
      operations.includes(operation) ? [] : [notSupported(where, operation, operations)],
    ),
    ...validateList(rule.apiGroups, `${at}.apiGroups`, 'API groups'),
    ...validateList(rule.apiVersions, `${at}.apiVersions`, 'API versions'),
    ...onEach(rule.apiVersions, `${at}.apiVersions`, (version, where) =>
      version === '' ? [required(where)] : [],
    ),
    ...validateResources(rule.resources, `${at}.resources`),
    ...(isAbsent(rule.scope) || scopes.includes(rule.scope)
      ? []
      : [notSupported(`${at}.scope`, rule.scope, scopes)]),
  ];
}

const validateNamedRule = (rule: Loose, at: string): Check => {
  const names = each(rule.resourceNames);
  return [
    ...onEach(names, `${at}.resourceNames`, (name, where, index) => [
      ...follows(where, name, isPathSegmentName),
      ...(names.indexOf(name) < index ? [duplicate(where, name)] : []),
    ]),
    ...validateRuleWithOperations(rule, at),
  ];
};

const selector = (value: Loose, path: string): Check =>
  value ? validateLabelSelector(value, path) : [required(path)];

/** What a policy or a binding is about. */
export function validateMatchResources(match: Loose, path: string): Check {
  if (!match) return [];
  const policy = match.matchPolicy;
  return [
    ...(isAbsent(policy)
      ? [required(`${path}.matchPolicy`)]
      : matchPolicies.includes(policy)
        ? []
        : [notSupported(`${path}.matchPolicy`, policy, matchPolicies)]),
    ...selector(match.namespaceSelector, `${path}.namespaceSelector`),
    ...selector(match.objectSelector, `${path}.objectSelector`),
    ...onEach(match.resourceRules, `${path}.resourceRules`, validateNamedRule),
    ...onEach(match.excludeResourceRules, `${path}.excludeResourceRules`, validateNamedRule),
  ];
}
