import type { UserInfo } from '@dormice/client';
import type { RequestInfo } from '../route.ts';

/** How much of a request is written down. */
export type Level = 'None' | 'Metadata' | 'Request' | 'RequestResponse';
export type Stage = 'RequestReceived' | 'ResponseStarted' | 'ResponseComplete' | 'Panic';

interface GroupResources {
  group?: string;
  resources?: string[];
  resourceNames?: string[];
}

interface PolicyRule {
  level: Level;
  users?: string[];
  userGroups?: string[];
  verbs?: string[];
  resources?: GroupResources[];
  namespaces?: string[];
  nonResourceURLs?: string[];
  omitStages?: Stage[];
  omitManagedFields?: boolean;
}

/** `audit.k8s.io/v1` Policy. */
export interface AuditPolicy {
  rules: PolicyRule[];
  omitStages?: Stage[];
  omitManagedFields?: boolean;
}

/** What the policy says of one request. */
export interface Decision {
  level: Level;
  omitStages: ReadonlySet<Stage>;
  omitManagedFields: boolean;
}

const nothing: Decision = { level: 'None', omitStages: new Set(), omitManagedFields: false };

/** The first rule that fits decides; a request that none fits is not written down. */
export function decide(policy: AuditPolicy, info: RequestInfo, user: UserInfo): Decision {
  const rule = policy.rules.find((candidate) => fits(candidate, info, user));
  if (!rule) return nothing;
  return {
    level: rule.level,
    omitStages: new Set([...(policy.omitStages ?? []), ...(rule.omitStages ?? [])]),
    omitManagedFields: rule.omitManagedFields ?? policy.omitManagedFields ?? false,
  };
}

function fits(rule: PolicyRule, info: RequestInfo, user: UserInfo): boolean {
  const { users = [], userGroups = [], verbs = [] } = rule;
  if (users.length > 0 && !users.includes(user.username)) return false;
  if (userGroups.length > 0 && !userGroups.some((group) => user.groups.includes(group))) {
    return false;
  }
  if (verbs.length > 0 && !verbs.includes(info.verb)) return false;
  const { resources = [], namespaces = [], nonResourceURLs = [] } = rule;
  if (resources.length === 0 && namespaces.length === 0 && nonResourceURLs.length === 0)
    return true;
  if (!info.isResource || info.resource === '') {
    return nonResourceURLs.some((pattern) => fitsPath(pattern, info.path));
  }
  if (nonResourceURLs.length > 0) return false;
  if (namespaces.length > 0 && !namespaces.includes(info.namespace)) return false;
  return resources.length === 0 || resources.some((one) => fitsResource(one, info));
}

const fitsPath = (pattern: string, path: string): boolean =>
  pattern === '*' ||
  pattern === path ||
  (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)));

// Resources are written `pods`, `pods/log`, `pods/*`, `*/scale` or `*`.
function fitsResource(
  { group = '', resources = [], resourceNames = [] }: GroupResources,
  info: Extract<RequestInfo, { isResource: true }>,
): boolean {
  if (group !== info.group) return false;
  if (resources.length === 0) return true;
  const { resource, subresource, name } = info;
  const combined = subresource === '' ? resource : `${resource}/${subresource}`;
  return resources.some((pattern) => {
    if (pattern === '*') return true;
    if (pattern === combined) {
      return resourceNames.length === 0 || resourceNames.includes(name);
    }
    if (subresource === '') return false;
    return pattern === `${resource}/*` || pattern === `*/${subresource}`;
  });
}
