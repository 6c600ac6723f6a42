import {
  deepEqual,
  fieldErrors,
  isDns1123Label,
  isDns1123Subdomain,
  type KubeObject,
} from '@dormice/apimachinery';
import { type Check, follows, isEmpty, needed, onEach } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import type { Loose } from '../loose.ts';
import { fixedSpecOf } from './mandatory.ts';
import { validateConditionTypes } from './validate-condition-types.ts';

const { forbidden, invalid, notSupported, required } = fieldErrors;

const greatestPrecedence = 10_000;

/** Kinds of subjects, and the field that says who. */
const subjectFields: Readonly<Record<string, string>> = {
  Group: 'group',
  ServiceAccount: 'serviceAccount',
  User: 'user',
};

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'proxy', 'update'];
const supportedVerbs = [...verbs, 'watch'];

function validateAccount(account: Loose, path: string): Check {
  const { name, namespace } = account;
  return [
    ...needed(`${path}.name`, name),
    ...(isEmpty(name) || name === '*' ? [] : follows(`${path}.name`, name, isDns1123Subdomain)),
    ...(isEmpty(namespace)
      ? [required(`${path}.namespace`, 'must specify namespace for service account')]
      : follows(`${path}.namespace`, namespace, isDns1123Label)),
  ];
}

function validateSubject(subject: Loose, path: string): Check {
  const field = subjectFields[subject.kind ?? ''];
  if (field === undefined)
    return [notSupported(`${path}.kind`, subject.kind ?? '', Object.keys(subjectFields))];
  const who = subject[field];
  const errors: Check = !who
    ? [required(`${path}.${field}`, `${field} is required when subject kind is '${subject.kind}'`)]
    : field === 'serviceAccount'
      ? validateAccount(who, `${path}.${field}`)
      : needed(`${path}.${field}.name`, who.name);
  for (const [kind, other] of [
    ['ServiceAccount', 'serviceAccount'],
    ['User', 'user'],
    ['Group', 'group'],
  ] as const)
    if (other !== field && subject[other])
      errors.push(
        forbidden(`${path}.${other}`, `${other} is forbidden when subject kind is not '${kind}'`),
      );
  return errors;
}

function validateVerbs(given: Loose, path: string): Check {
  if (!given?.length) return [required(path, 'verbs must contain at least one value')];
  if (given.includes('*'))
    return given.length > 1
      ? [invalid(path, given, "if '*' is present, must not specify other verbs")]
      : [];
  return given.every((verb: string) => supportedVerbs.includes(verb))
    ? []
    : [notSupported(path, given, supportedVerbs)];
}

/** A list that is not empty, and whose wildcard stands alone. */
function validateList(list: Loose, path: string, absent: string, others: string): Check {
  if (!list?.length) return [required(path, absent)];
  return list.length > 1 && list.includes('*')
    ? [invalid(path, list, `if '*' is present, must not specify other ${others}`)]
    : [];
}

function validateNamespaces(rule: Loose, path: string): Check {
  const list = rule.namespaces ?? [];
  if (list.length === 0 && !rule.clusterScope)
    return [
      required(
        path,
        'resource rules that are not cluster scoped must supply at least one namespace',
      ),
    ];
  if (list.includes('*'))
    return list.length > 1
      ? [invalid(path, list, "if '*' is present, must not specify other namespaces")]
      : [];
  return onEach(list, path, (name, at) =>
    isDns1123Label(name).map((why) =>
      invalid(at, name, `each member of this list must be '*' or a DNS-1123 label; ${why}`),
    ),
  );
}

const validateResourceRule = (rule: Loose, path: string): Check => [
  ...validateVerbs(rule.verbs, `${path}.verbs`),
  ...validateList(
    rule.apiGroups,
    `${path}.apiGroups`,
    'resource rules must supply at least one api group',
    'api groups',
  ),
  ...validateList(
    rule.resources,
    `${path}.resources`,
    'resource rules must supply at least one resource',
    'resources',
  ),
  ...validateNamespaces(rule, `${path}.namespaces`),
];

function whyNoUrl(url: string): string | undefined {
  if (url === '') return 'must not be empty';
  if (url === '/') return undefined;
  if (!url.startsWith('/')) return 'must start with slash';
  if (url.includes(' ')) return 'must not contain white-space';
  if (url.includes('//')) return 'must not contain double slash';
  const wildcards = url.split('*').length - 1;
  return wildcards > 1 || (wildcards === 1 && !url.endsWith('/*'))
    ? 'wildcard can only do suffix matching'
    : undefined;
}

function validateUrls(urls: Loose, path: string): Check {
  if (!urls?.length) return [required(path, 'nonResourceURLs must contain at least one value')];
  if (urls.includes('*'))
    return urls.length > 1
      ? [invalid(path, urls, "if '*' is present, must not specify other non-resource URLs")]
      : [];
  return onEach(urls, path, (url, at) => {
    const why = whyNoUrl(url);
    return why === undefined ? [] : [invalid(at, url, why)];
  });
}

const validateRule = (rule: Loose, path: string): Check => [
  ...(rule.subjects?.length
    ? onEach(rule.subjects, `${path}.subjects`, validateSubject)
    : [required(`${path}.subjects`, 'subjects must contain at least one value')]),
  ...(rule.resourceRules?.length || rule.nonResourceRules?.length
    ? []
    : [required(path, 'at least one of resourceRules and nonResourceRules has to be non-empty')]),
  ...onEach(rule.resourceRules, `${path}.resourceRules`, validateResourceRule),
  ...onEach(rule.nonResourceRules, `${path}.nonResourceRules`, (one, at) => [
    ...validateVerbs(one.verbs, `${at}.verbs`),
    ...validateUrls(one.nonResourceURLs, `${at}.nonResourceURLs`),
  ]),
];

function validatePrecedence(precedence: number, name: string): Check {
  const path = 'spec.matchingPrecedence';
  if (precedence <= 0) return [invalid(path, precedence, 'must be a positive value')];
  if (precedence > greatestPrecedence)
    return [invalid(path, precedence, `must not be greater than ${greatestPrecedence}`)];
  return precedence === 1 && name !== 'exempt'
    ? [invalid(path, precedence, "only the schema named 'exempt' may have matchingPrecedence 1")]
    : [];
}

export function validateFlowSchema(schema: KubeObject): Check {
  const { spec = {} } = schema as KubeObject[string];
  const { name = '' } = schema.metadata;
  const level = 'spec.priorityLevelConfiguration.name';
  const target = spec.priorityLevelConfiguration?.name;
  const method = spec.distinguisherMethod;
  const fixed = fixedSpecOf(schema);
  return [
    ...validatePrecedence(spec.matchingPrecedence ?? 0, name),
    ...(method && !['ByNamespace', 'ByUser'].includes(method.type)
      ? [notSupported('spec.distinguisherMethod.type', method, ['ByNamespace', 'ByUser'])]
      : []),
    ...(isEmpty(target)
      ? [required(level, 'must reference a priority level')]
      : follows(level, target, isDns1123Subdomain)),
    ...onEach(spec.rules, 'spec.rules', validateRule),
    ...(fixed && !deepEqual(spec, fixed)
      ? [invalid('spec', spec, `spec of '${name}' must equal the fixed value`)]
      : []),
    ...validateConditionTypes(schema),
  ];
}

export const validateFlowSchemaUpdate = (
  next: KubeObject,
  _old: KubeObject,
  { subresource }: KindContext,
): Check => (subresource === 'status' ? validateConditionTypes(next) : validateFlowSchema(next));
