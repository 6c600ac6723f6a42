import { X509Certificate } from 'node:crypto';
import { type FieldError, fieldErrors } from '@dormice/apimachinery';
import type { JwtAuthenticator } from './configuration.ts';

const { duplicate, invalid, required } = fieldErrors;

type Issuer = JwtAuthenticator['issuer'];

const withoutSlash = (url: string): string => url.replace(/\/+$/, '');

/** What is wrong with an issuer, in upstream's words. */
export function validateIssuer(issuer: Issuer, path: string): FieldError[] {
  const {
    url = '',
    discoveryURL = '',
    certificateAuthority = '',
    egressSelectorType = '',
  } = issuer;
  const errors = url === '' ? [required(`${path}.url`)] : validateUrl(url, `${path}.url`);
  if (discoveryURL !== '') {
    const at = `${path}.discoveryURL`;
    if (url !== '' && withoutSlash(url) === withoutSlash(discoveryURL)) {
      errors.push(invalid(at, discoveryURL, 'discoveryURL must be different from URL'));
    }
    errors.push(...validateUrl(discoveryURL, at));
  }
  errors.push(...validateAudiences(issuer, path));
  if (certificateAuthority !== '' && !isBundle(certificateAuthority)) {
    const why = 'data does not contain any valid RSA or ECDSA certificates';
    errors.push(invalid(`${path}.certificateAuthority`, '<omitted>', why));
  }
  if (egressSelectorType !== '') {
    const why = ['controlplane', 'cluster'].includes(egressSelectorType)
      ? 'egress selectors are not there: issuers are asked from where Dormice runs; leave it out'
      : 'egress selector must be either controlplane or cluster';
    errors.push(invalid(`${path}.egressSelectorType`, egressSelectorType, why));
  }
  return errors;
}

function validateUrl(text: string, path: string): FieldError[] {
  const url = URL.parse(text);
  if (!url) {
    return [invalid(path, text, `parse ${JSON.stringify(text)}: invalid URI for request`)];
  }
  const faults: [boolean, string][] = [
    [url.protocol !== 'https:', 'URL scheme must be https'],
    [url.username !== '' || url.password !== '', 'URL must not contain a username or password'],
    [url.search !== '', 'URL must not contain a query'],
    [url.hash !== '', 'URL must not contain a fragment'],
  ];
  return faults.flatMap(([broken, why]) => (broken ? [invalid(path, text, why)] : []));
}

function validateAudiences(issuer: Issuer, path: string): FieldError[] {
  const { audiences = [], audienceMatchPolicy = '' } = issuer;
  const at = `${path}.audiences`;
  if (audiences.length === 0) return [required(at, `at least one ${at} is required`)];
  const errors = audiences.flatMap((audience, index) => [
    ...(audience === '' ? [required(`${at}[${index}]`)] : []),
    ...(audiences.indexOf(audience) < index ? [duplicate(`${at}[${index}]`, audience)] : []),
  ]);
  const several = audiences.length > 1;
  if (audienceMatchPolicy !== 'MatchAny' && (several || audienceMatchPolicy !== '')) {
    const why = several
      ? 'audienceMatchPolicy must be MatchAny for multiple audiences'
      : 'audienceMatchPolicy must be empty or MatchAny for single audience';
    errors.push(invalid(`${path}.audienceMatchPolicy`, audienceMatchPolicy, why));
  }
  return errors;
}

function isBundle(pem: string): boolean {
  try {
    return new X509Certificate(pem).subject !== undefined;
  } catch {
    return false;
  }
}
