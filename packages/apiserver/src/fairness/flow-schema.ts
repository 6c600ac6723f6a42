import type { KubeObject } from '@dormice/apimachinery';
import type { UserInfo } from '@dormice/client';
import type { RequestInfo } from '../route.ts';

interface Subject {
  kind: 'User' | 'Group' | 'ServiceAccount';
  user?: { name: string };
  group?: { name: string };
  serviceAccount?: { name: string; namespace: string };
}

interface ResourceRule {
  verbs: string[];
  apiGroups: string[];
  resources: string[];
  clusterScope?: boolean;
  namespaces?: string[];
}

interface NonResourceRule {
  verbs: string[];
  nonResourceURLs: string[];
}

interface FlowRule {
  subjects: Subject[];
  resourceRules?: ResourceRule[];
  nonResourceRules?: NonResourceRule[];
}

/** What is used of a FlowSchema. */
export interface FlowSchema {
  name: string;
  uid: string;
  level: string;
  precedence: number;
  distinguisher: 'ByUser' | 'ByNamespace' | undefined;
  rules: readonly FlowRule[];
}

/** Reads the objects; those that are tried first come first. */
export function flowSchemasOf(objects: readonly KubeObject[]): FlowSchema[] {
  return objects
    .map(({ metadata, spec }: KubeObject & { spec?: KubeObject['spec'] }) => ({
      name: metadata.name ?? '',
      uid: metadata.uid ?? '',
      level: spec?.priorityLevelConfiguration?.name ?? '',
      precedence: spec?.matchingPrecedence ?? 1000,
      distinguisher: spec?.distinguisherMethod?.type,
      rules: spec?.rules ?? [],
    }))
    .sort((a, b) => a.precedence - b.precedence || (a.name < b.name ? -1 : 1));
}

/** Does the schema take this request? One of its rules must fit both who asks and what is asked. */
export function takes({ rules }: FlowSchema, info: RequestInfo, user: UserInfo): boolean {
  return rules.some(
    ({ subjects, resourceRules = [], nonResourceRules = [] }) =>
      subjects.some((subject) => isSubject(subject, user)) &&
      (info.isResource
        ? resourceRules.some((rule) => fitsResource(rule, info))
        : nonResourceRules.some((rule) => fitsPath(rule, info))),
  );
}

/** What separates the flows of one schema. */
export function distinguisherOf(
  { distinguisher }: FlowSchema,
  info: RequestInfo,
  user: UserInfo,
): string {
  if (distinguisher === 'ByUser') return user.username;
  return distinguisher === 'ByNamespace' && info.isResource ? info.namespace : '';
}

function isSubject({ kind, user, group, serviceAccount }: Subject, asking: UserInfo): boolean {
  switch (kind) {
    case 'User':
      return user !== undefined && (user.name === '*' || user.name === asking.username);
    case 'Group':
      return group !== undefined && (group.name === '*' || asking.groups.includes(group.name));
    case 'ServiceAccount': {
      if (!serviceAccount) return false;
      const prefix = `system:serviceaccount:${serviceAccount.namespace}:`;
      return serviceAccount.name === '*'
        ? asking.username.startsWith(prefix)
        : asking.username === `${prefix}${serviceAccount.name}`;
    }
  }
}

const has = (list: readonly string[] | undefined, wanted: string): boolean =>
  list !== undefined && (list.includes('*') || list.includes(wanted));

function fitsResource(rule: ResourceRule, info: RequestInfo & { isResource: true }): boolean {
  const resource = info.subresource === '' ? info.resource : `${info.resource}/${info.subresource}`;
  const place =
    info.namespace === '' ? rule.clusterScope === true : has(rule.namespaces, info.namespace);
  return (
    place &&
    has(rule.verbs, info.verb) &&
    has(rule.apiGroups, info.group) &&
    has(rule.resources, resource)
  );
}

function fitsPath(rule: NonResourceRule, { verb, path }: RequestInfo): boolean {
  return (
    has(rule.verbs, verb) &&
    rule.nonResourceURLs.some(
      (url) =>
        url === '*' || url === path || (url.endsWith('*') && path.startsWith(url.slice(0, -1))),
    )
  );
}
