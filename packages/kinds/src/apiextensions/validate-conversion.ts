import { fieldErrors } from '@dormice/apimachinery';
import { type Check, isAbsent, needed, oneOf } from '../checks.ts';
import type { Loose } from '../loose.ts';
import { validateClientConfig, validateReviewVersions } from '../validate-client-config.ts';

const { forbidden, required } = fieldErrors;

const unset = 'should not be set when strategy is not set to Webhook';

/** `spec.conversion` of a CRD. Upstream names the fields as its internal version has them. */
export function validateConversion(conversion: Loose): Check {
  const at = 'spec.conversion';
  const { strategy, webhook } = conversion ?? {};
  const client = webhook?.clientConfig;
  const versions = webhook?.conversionReviewVersions;
  const errors = [
    ...needed(`${at}.strategy`, strategy),
    ...oneOf(`${at}.strategy`, strategy, ['None', 'Webhook']),
  ];
  if (strategy !== 'Webhook') {
    return [
      ...errors,
      ...(isAbsent(client) ? [] : [forbidden(`${at}.webhookClientConfig`, unset)]),
      ...(isAbsent(versions) ? [] : [forbidden(`${at}.conversionReviewVersions`, unset)]),
    ];
  }
  return [
    ...errors,
    ...(isAbsent(client)
      ? [required(`${at}.webhookClientConfig`, 'required when strategy is set to Webhook')]
      : validateClientConfig(client, `${at}.webhookClientConfig`)),
    ...validateReviewVersions(versions, `${at}.conversionReviewVersions`, ''),
  ];
}
