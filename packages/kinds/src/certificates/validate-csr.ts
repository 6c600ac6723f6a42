import { fieldErrors, type KubeObject } from '@dormice/apimachinery';
import { type Check, isAbsent, isEmpty, onEach } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import { each, type Loose } from '../loose.ts';
import { conditionsOfType, decisions, sameConditions } from './csr-strategy.ts';
import { isCertificateBundle, isCertificateRequest } from './pem.ts';
import { validateSignerName } from './signer-name.ts';

const { duplicate, forbidden, invalid, notSupported, required } = fieldErrors;

const legacySigner = 'kubernetes.io/legacy-unknown';
const shortestExpiration = 600;

const usages = [
  'any',
  'cert sign',
  'client auth',
  'code signing',
  'content commitment',
  'crl sign',
  'data encipherment',
  'decipher only',
  'digital signature',
  'email protection',
  'encipher only',
  'ipsec end system',
  'ipsec tunnel',
  'ipsec user',
  'key agreement',
  'key encipherment',
  'microsoft sgc',
  'netscape sgc',
  'ocsp signing',
  's/mime',
  'server auth',
  'signing',
  'timestamping',
];

/** A CertificateSigningRequest; `old` for what is tolerated because it is there already. */
function validateRequest(request: KubeObject, old: KubeObject | undefined): Check {
  const spec = request['spec'] ?? {};
  const errors: Check = [];
  const problem = isCertificateRequest(spec.request ?? '');
  if (problem !== undefined) errors.push(invalid('spec.request', spec.request ?? null, problem));
  if (each(spec.usages).length === 0) errors.push(required('spec.usages', ''));
  if (!old) errors.push(...validateUsages(spec.usages));
  if (spec.signerName === legacySigner && old?.['spec']?.signerName !== legacySigner) {
    const why = 'the legacy signerName is not allowed via this API version';
    errors.push(invalid('spec.signerName', spec.signerName, why));
  } else errors.push(...validateSignerName(spec.signerName ?? '', 'spec.signerName'));
  if (!isAbsent(spec.expirationSeconds) && spec.expirationSeconds < shortestExpiration) {
    const why = 'may not specify a duration less than 600 seconds (10 minutes)';
    errors.push(invalid('spec.expirationSeconds', spec.expirationSeconds, why));
  }
  errors.push(...validateConditions(request));
  const { certificate } = request['status'] ?? {};
  if (!isEmpty(certificate) && certificate !== old?.['status']?.certificate) {
    const why = isCertificateBundle(certificate);
    if (why !== undefined) errors.push(invalid('status.certificate', '<certificate data>', why));
  }
  return errors;
}

function validateUsages(list: Loose): Check {
  const seen = new Set<string>();
  const unknown = onEach(list, 'spec.usages', (usage, path) =>
    usages.includes(usage) ? [] : [notSupported(path, usage, usages)],
  );
  const twice = onEach(list, 'spec.usages', (usage, path) => {
    if (seen.has(usage)) return [duplicate(path, usage)];
    seen.add(usage);
    return [];
  });
  return [...unknown, ...twice];
}

/** Conditions that can only be true. */
const onlyTrue = new Set(['Approved', 'Denied', 'Failed']);
const exclusive = 'Approved and Denied conditions are mutually exclusive';

function validateConditions(request: KubeObject): Check {
  const path = 'status.conditions';
  const seen = new Set<string>();
  return onEach(request['status']?.conditions, path, ({ type = '', status = '' }, where) => {
    const errors: Check = [];
    if (type === '') errors.push(required(`${where}.type`, ''));
    const supported = onlyTrue.has(type) ? ['True'] : ['False', 'True', 'Unknown'];
    if (status === '') errors.push(required(`${where}.status`, ''));
    else if (!supported.includes(status)) {
      errors.push(notSupported(`${where}.status`, status, supported));
    }
    const other = type === 'Approved' ? 'Denied' : type === 'Denied' ? 'Approved' : undefined;
    if (other !== undefined && seen.has(other)) errors.push(invalid(path, type, exclusive));
    if (seen.has(type)) errors.push(duplicate(`${where}.type`, type));
    seen.add(type);
    return errors;
  });
}

export const validateCsr = (request: KubeObject): Check => validateRequest(request, undefined);

/** Decisions come through `approval`, certificates through `status`, and neither goes away again. */
export function validateCsrUpdate(
  next: KubeObject,
  old: KubeObject,
  { subresource }: KindContext,
): Check {
  const path = 'status.conditions';
  const errors = validateRequest(next, old);
  const counts = (type: string) => [
    conditionsOfType(old, type).length,
    conditionsOfType(next, type).length,
  ];
  for (const type of [...decisions, 'Failed']) {
    const [before = 0, now = 0] = counts(type);
    if (now < before) {
      errors.push(
        forbidden(path, `updates may not remove a condition of type ${JSON.stringify(type)}`),
      );
    }
  }
  if (subresource !== 'approval') {
    for (const type of decisions) {
      const [before = 0, now = 0] = counts(type);
      const quoted = JSON.stringify(type);
      if (now > before) {
        errors.push(forbidden(path, `updates may not add a condition of type ${quoted}`));
      } else if (
        now === before &&
        !sameConditions(conditionsOfType(old, type), conditionsOfType(next, type))
      ) {
        errors.push(forbidden(path, `updates may not modify a condition of type ${quoted}`));
      }
    }
  }
  const before = old['status']?.certificate ?? '';
  if ((next['status']?.certificate ?? '') !== before) {
    const at = 'status.certificate';
    if (subresource !== 'status') {
      errors.push(forbidden(at, 'updates may not set certificate content'));
    } else if (before !== '') {
      errors.push(forbidden(at, 'updates may not modify existing certificate content'));
    }
  }
  return errors;
}
