import type { KubeObject } from '@dormice/apimachinery';
import { expect, it } from 'vitest';
import { kindOf } from '../builtin-kinds.ts';

const row = kindOf('certificates.k8s.io', 'v1', 'CertificateSigningRequest');
if (!row) throw new Error('no such kind');
const now = new Date('2026-01-02T03:04:05Z');
const at = (subresource: string) => ({ now, uuid: () => 'u', subresource });

/** DER of an empty sequence, in PEM, in base64. */
const pem = (type: string) => btoa(`-----BEGIN ${type}-----\nMAA=\n-----END ${type}-----\n`);

const csr = (spec: object = {}, status: object = {}): KubeObject => ({
  apiVersion: 'certificates.k8s.io/v1',
  kind: 'CertificateSigningRequest',
  metadata: { name: 'c' },
  spec: {
    request: pem('CERTIFICATE REQUEST'),
    signerName: 'example.com/x',
    usages: ['client auth'],
    ...spec,
  },
  status,
});

const told = (object: KubeObject) =>
  row.validate?.(object, at('')).map(({ field, detail = '' }) => `${field}: ${detail}`);

it('says who asked, whatever the asker says, and is not approved', () => {
  const object = csr({ username: 'root' }, { conditions: [{ type: 'Approved', status: 'True' }] });
  const user = { username: 'ann', groups: ['g'], extra: { k: ['v'] } };
  row.prepareForCreate?.(object, { ...at(''), user });
  expect(object['spec']).toMatchObject({ username: 'ann', groups: ['g'], extra: { k: ['v'] } });
  expect(object['status']).toEqual({});
});

it('is refused in upstream’s words', () => {
  expect(told(csr())).toEqual([]);
  expect(told(csr({ request: btoa('x') }))).toEqual([
    'spec.request: PEM block type must be CERTIFICATE REQUEST',
  ]);
  expect(told(csr({ signerName: 'x', usages: [], expirationSeconds: 5 }))).toEqual([
    'spec.usages: ',
    "spec.signerName: must be a fully qualified domain and path of the form 'example.com/signer-name'",
    'spec.expirationSeconds: may not specify a duration less than 600 seconds (10 minutes)',
  ]);
  expect(told(csr({ signerName: 'kubernetes.io/legacy-unknown' }))).toEqual([
    'spec.signerName: the legacy signerName is not allowed via this API version',
  ]);
});

it('is decided through approval and issued through status', () => {
  const old = csr();
  const approved = csr(
    { username: 'else' },
    { conditions: [{ type: 'Approved', status: 'True' }] },
  );
  row.prepareForUpdate?.(approved, old, at('approval'));
  expect(approved['spec']).toEqual(old['spec']);
  expect(approved['status'].conditions[0].lastTransitionTime).toBe('2026-01-02T03:04:05Z');
  expect(row.validateUpdate?.(approved, old, at('approval'))).toEqual([]);
  expect(row.validateUpdate?.(approved, old, at('status'))).toMatchObject([
    { field: 'status.conditions', detail: 'updates may not add a condition of type "Approved"' },
  ]);
  const issued = csr({}, { ...approved['status'], certificate: pem('CERTIFICATE') });
  expect(row.validateUpdate?.(issued, approved, at('status'))).toEqual([]);
  expect(row.validateUpdate?.(issued, approved, at('approval'))).toMatchObject([
    { field: 'status.certificate', detail: 'updates may not set certificate content' },
  ]);
});
