import { fieldErrors } from '@dormice/apimachinery';
import { isAuthorityBundle } from '../certificates/pem.ts';
import { type Check, isAbsent, isEmpty, needed, oneOf } from '../checks.ts';
import { each, type Loose } from '../loose.ts';
import { validateClientConfig, validateReviewVersions } from '../validate-client-config.ts';

const { forbidden, invalid, required } = fieldErrors;

const unset = 'should not be set when strategy is not set to Webhook';

export interface ConversionOptions {
  /** Must the bundle of authorities be one? Before a CRD is established it may be filled in later. */
  strictBundle: boolean;
}

function validateBundle(bundle: Loose, path: string, { strictBundle }: ConversionOptions): Check {
  const why = strictBundle && !isEmpty(bundle) ? isAuthorityBundle(bundle) : undefined;
  return why === undefined ? [] : [invalid(path, bundle, why)];
}

/** `spec.conversion` of a CRD. Upstream names the fields as its internal version has them. */
export function validateConversion(
  conversion: Loose,
  options: ConversionOptions = { strictBundle: false },
): Check {
  if (isAbsent(conversion)) return [];
  const at = 'spec.conversion';
  const { strategy, webhook } = conversion;
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
      ...(each(versions).length === 0 ? [] : [forbidden(`${at}.conversionReviewVersions`, unset)]),
    ];
  }
  return [
    ...errors,
    ...(isAbsent(client)
      ? [required(`${at}.webhookClientConfig`, 'required when strategy is set to Webhook')]
      : [
          ...validateClientConfig(client, `${at}.webhookClientConfig`),
          ...validateBundle(client.caBundle, `${at}.webhookClientConfig.caBundle`, options),
        ]),
    ...validateReviewVersions(versions, `${at}.conversionReviewVersions`, ''),
  ];
}
