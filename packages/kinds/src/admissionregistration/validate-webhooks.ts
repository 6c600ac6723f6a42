import {
  fieldErrors,
  isDns1123Subdomain,
  type KubeObject,
  validateLabelSelector,
} from '@dormice/apimachinery';
import { type Check, follows, isEmpty, onEach, oneOf } from '../checks.ts';
import { each, type Loose } from '../loose.ts';

const { duplicate, invalid, required } = fieldErrors;

const operations = ['*', 'CONNECT', 'CREATE', 'DELETE', 'UPDATE'];

export function validateRuleWithOperations(rule: Loose, at: string): Check {
  const errors: Check = [];
  if (each(rule.operations).length === 0) errors.push(required(`${at}.operations`));
  if (each(rule.operations).length > 1 && rule.operations.includes('*'))
    errors.push(
      invalid(
        `${at}.operations`,
        rule.operations,
        "if '*' is present, must not specify other operations",
      ),
    );
  errors.push(
    ...onEach(rule.operations, `${at}.operations`, (operation, where) =>
      oneOf(where, operation, operations),
    ),
  );
  for (const field of ['apiGroups', 'apiVersions', 'resources'])
    if (each(rule[field]).length === 0) errors.push(required(`${at}.${field}`));
  errors.push(...oneOf(`${at}.scope`, rule.scope, ['*', 'Cluster', 'Namespaced']));
  return errors;
}

function validateClient(client: Loose, at: string): Check {
  const { url, service } = client ?? {};
  if (Boolean(url) === Boolean(service))
    return [required(at, 'exactly one of url or service is required')];
  if (service)
    return ['name', 'namespace']
      .filter((field) => isEmpty(service[field]))
      .map((field) => required(`${at}.service.${field}`, `service ${field} is required`));
  if (!/^https:\/\//.test(url))
    return [
      invalid(
        `${at}.url`,
        url,
        `'https' is the only allowed URL scheme; desired format: https://host[/path]`,
      ),
    ];
  return [];
}

function validateWebhook(webhook: Loose, at: string): Check {
  const { name = '', timeoutSeconds } = webhook;
  return [
    ...(name.split('.').length < 3 || isDns1123Subdomain(name).length > 0
      ? [
          ...follows(`${at}.name`, name, isDns1123Subdomain),
          ...(name.split('.').length < 3
            ? [
                invalid(
                  `${at}.name`,
                  name,
                  'should be a domain with at least three segments separated by dots',
                ),
              ]
            : []),
        ]
      : []),
    ...(each(webhook.admissionReviewVersions).length === 0
      ? [required(`${at}.admissionReviewVersions`, 'must specify one of v1, v1beta1')]
      : []),
    ...onEach(webhook.rules, `${at}.rules`, validateRuleWithOperations),
    ...oneOf(`${at}.failurePolicy`, webhook.failurePolicy, ['Fail', 'Ignore']),
    ...oneOf(`${at}.matchPolicy`, webhook.matchPolicy, ['Equivalent', 'Exact']),
    ...(isEmpty(webhook.sideEffects)
      ? [required(`${at}.sideEffects`, 'must specify one of None, NoneOnDryRun')]
      : oneOf(`${at}.sideEffects`, webhook.sideEffects, ['None', 'NoneOnDryRun'])),
    ...(timeoutSeconds < 1 || timeoutSeconds > 30
      ? [
          invalid(
            `${at}.timeoutSeconds`,
            timeoutSeconds,
            'the timeout value must be between 1 and 30 seconds',
          ),
        ]
      : []),
    ...validateLabelSelector(webhook.namespaceSelector ?? {}, `${at}.namespaceSelector`),
    ...validateLabelSelector(webhook.objectSelector ?? {}, `${at}.objectSelector`),
    ...validateClient(webhook.clientConfig, `${at}.clientConfig`),
  ];
}

/** Webhook configurations of both sorts. */
export function validateWebhooks(configuration: KubeObject): Check {
  const names = new Set<string>();
  return onEach(configuration['webhooks'], 'webhooks', (webhook, at) => {
    const errors = validateWebhook(webhook, at);
    if (names.has(webhook.name)) errors.push(duplicate(`${at}.name`, webhook.name));
    names.add(webhook.name);
    return errors;
  });
}
