import {
  fieldErrors,
  isDns1035Label,
  isDns1123Subdomain,
  type KubeObject,
  validateLabelSelector,
} from '@dormice/apimachinery';
import { type Check, follows, isAbsent, isEmpty, onEach } from '../checks.ts';
import { each, type Loose } from '../loose.ts';
import { validateMatchConditions } from './validate-expressions.ts';
import { validateRuleWithOperations } from './validate-rules.ts';

const { duplicate, invalid, notSupported, required } = fieldErrors;

const oneOf = (path: string, value: Loose, supported: readonly string[]): Check =>
  isAbsent(value) || supported.includes(value) ? [] : [notSupported(path, value, supported)];

function validateClient(client: Loose, at: string): Check {
  const { url, service } = client ?? {};
  if (isAbsent(url) === !service)
    return [required(at, 'exactly one of url or service is required')];
  if (service)
    return ['name', 'namespace']
      .filter((field) => isEmpty(service[field]))
      .map((field) => required(`${at}.service.${field}`, `service ${field} is required`));
  return validateUrl(url, `${at}.url`);
}

const form = '; desired format: https://host[/path]';

/** Where a webhook is reached: encrypted, and nothing but host and path. */
function validateUrl(text: string, path: string): Check {
  const [, scheme = '', host = ''] =
    /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?/.exec(text) ?? [];
  const wrong = (value: string, why: string): Check => [invalid(path, value, `${why}${form}`)];
  return [
    ...(scheme === 'https' ? [] : wrong(scheme, "'https' is the only allowed URL scheme")),
    ...(host === '' ? wrong('', 'host must be specified') : []),
    ...(host.includes('@') ? wrong(text, 'user information is not permitted in the URL') : []),
    ...(text.includes('#') ? wrong(text, 'fragments are not permitted in the URL') : []),
    ...(text.includes('?') ? wrong(text, 'query parameters are not permitted in the URL') : []),
  ];
}

/** A domain of three parts and more. */
function validateName(name: string, path: string): Check {
  if (name === '') return [required(path)];
  const errors = follows(path, name, isDns1123Subdomain);
  if (errors.length > 0 || name.split('.').length >= 3) return errors;
  return [invalid(path, name, 'should be a domain with at least three segments separated by dots')];
}

const reviewVersions = ['v1', 'v1beta1'];

/** Versions of AdmissionReview, of which we must know one. */
function validateVersions(versions: Loose, path: string): Check {
  const list: string[] = each(versions);
  if (list.length === 0) return [required(path, 'must specify one of v1, v1beta1')];
  return [
    ...onEach(list, path, (version, at, index) =>
      list.indexOf(version) < index
        ? [invalid(at, version, 'duplicate version')]
        : follows(at, version, isDns1035Label),
    ),
    ...(list.some((version) => reviewVersions.includes(version))
      ? []
      : [invalid(path, list, 'must include at least one of v1, v1beta1')]),
  ];
}

/** What match conditions of webhooks may speak of. */
const uses = { params: false, authorizer: true, namespace: false };

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
    ...validateClient(webhook.clientConfig, `${at}.clientConfig`),
    ...validateMatchConditions(webhook.matchConditions, `${at}.matchConditions`, uses),
  ];
}

/** Webhook configurations of both sorts. */
export function validateWebhooks(configuration: KubeObject): Check {
  const names = new Set<string>();
  return onEach(configuration['webhooks'], 'webhooks', (webhook, at) => {
    const errors = [
      ...validateWebhook(webhook, at),
      ...validateVersions(webhook.admissionReviewVersions, `${at}.admissionReviewVersions`),
    ];
    if (names.has(webhook.name)) errors.push(duplicate(`${at}.name`, webhook.name));
    names.add(webhook.name);
    return errors;
  });
}
