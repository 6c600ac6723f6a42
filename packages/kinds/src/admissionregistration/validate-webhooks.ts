import {
  fieldErrors,
  isDns1123Subdomain,
  type KubeObject,
  validateLabelSelector,
} from '@dormice/apimachinery';
import { type Check, follows, isAbsent, onEach } from '../checks.ts';
import type { Loose } from '../loose.ts';
import { validateClientConfig, validateReviewVersions } from '../validate-client-config.ts';
import { validateMatchConditions } from './validate-expressions.ts';
import { validateRuleWithOperations } from './validate-rules.ts';

const { duplicate, invalid, notSupported, required } = fieldErrors;

const oneOf = (path: string, value: Loose, supported: readonly string[]): Check =>
  isAbsent(value) || supported.includes(value) ? [] : [notSupported(path, value, supported)];

/** A domain of three parts and more. */
function validateName(name: string, path: string): Check {
  if (name === '') return [required(path)];
  const errors = follows(path, name, isDns1123Subdomain);
  if (errors.length > 0 || name.split('.').length >= 3) return errors;
  return [invalid(path, name, 'should be a domain with at least three segments separated by dots')];
}

/** What match conditions of webhooks may speak of. */
const uses = { params: false, authorizer: true, namespace: true };

function validateWebhook(webhook: Loose, at: string): Check {
  const { name = '', timeoutSeconds } = webhook;
  return [
    ...validateName(name, `${at}.name`),
    ...onEach(webhook.rules, `${at}.rules`, validateRuleWithOperations),
    ...oneOf(`${at}.failurePolicy`, webhook.failurePolicy, ['Fail', 'Ignore']),
    ...oneOf(`${at}.matchPolicy`, webhook.matchPolicy, ['Equivalent', 'Exact']),
    ...(isAbsent(webhook.sideEffects)
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
    ...oneOf(`${at}.reinvocationPolicy`, webhook.reinvocationPolicy, ['IfNeeded', 'Never']),
    ...validateClientConfig(webhook.clientConfig, `${at}.clientConfig`),
    ...validateMatchConditions(webhook.matchConditions, `${at}.matchConditions`, uses),
  ];
}

/** Webhook configurations of both sorts. */
export function validateWebhooks(configuration: KubeObject): Check {
  const names = new Set<string>();
  return onEach(configuration['webhooks'], 'webhooks', (webhook, at) => {
    const errors = [
      ...validateWebhook(webhook, at),
      ...validateReviewVersions(
        webhook.admissionReviewVersions,
        `${at}.admissionReviewVersions`,
        'must specify one of v1, v1beta1',
      ),
    ];
    const { name = '' } = webhook;
    if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
    if (name !== '') names.add(name);
    return errors;
  });
}
