import { humanDuration, type KubeObject } from '@dormice/apimachinery';
import { none } from '../columns.ts';
import { kind } from '../kind-module.ts';
import { prepareCsr, prepareCsrUpdate } from './csr-strategy.ts';
import { validateCsr, validateCsrUpdate } from './validate-csr.ts';

function condition(request: KubeObject): string {
  const types = new Set(
    (request['status']?.conditions ?? []).map(({ type }: { type: string }) => type),
  );
  const words = [types.has('Denied') ? 'Denied' : types.has('Approved') ? 'Approved' : 'Pending'];
  if (types.has('Failed')) words.push('Failed');
  if (request['status']?.certificate) words.push('Issued');
  return words.join(',');
}

/** What of the status an endpoint does not write. */
const ownedByOthers: Readonly<Record<string, string[]>> = {
  status: ['status', 'conditions'],
  approval: ['status', 'certificate'],
};

export const certificateSigningRequest = kind({
  group: 'certificates.k8s.io',
  resource: 'certificatesigningrequests',
  generation: false,
  nameRule: 'any',
  cells: {
    SignerName: (request) => request['spec']?.signerName || none,
    Requestor: (request) => request['spec']?.username ?? '',
    RequestedDuration: (request) => {
      const seconds = request['spec']?.expirationSeconds;
      return seconds === undefined ? none : humanDuration(seconds * 1000);
    },
    Condition: condition,
  },
  resetFields: (subresource) => [['spec'], ownedByOthers[subresource] ?? ['status']],
  prepareForCreate: prepareCsr,
  prepareForUpdate: prepareCsrUpdate,
  validate: validateCsr,
  validateUpdate: validateCsrUpdate,
  fieldSelectors: { 'spec.signerName': (request) => request['spec']?.signerName ?? '' },
});
