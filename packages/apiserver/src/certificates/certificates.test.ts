import 'reflect-metadata';
import { webcrypto, X509Certificate } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { describe, expect, it } from 'vitest';
import { type TestServer, testServer } from '../testing/test-server.ts';

const url = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

async function requestFor(subject: string): Promise<string> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: subject,
    keys: keys as never,
    signingAlgorithm: algorithm,
  });
  return Buffer.from(request.toString('pem')).toString('base64');
}

async function make({ send }: TestServer, subject: string, spec: object = {}) {
  const body = {
    metadata: { name: 'c' },
    spec: {
      request: await requestFor(subject),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth'],
      ...spec,
    },
  };
  return send('POST', url, { body });
}

const approve = ({ send }: TestServer, extra: object = {}) =>
  send('PATCH', `${url}/c/approval`, {
    body: { status: { conditions: [{ type: 'Approved', status: 'True', reason: 'r' }] } },
    type: 'application/merge-patch+json',
    ...extra,
  });

describe('an approved certificate request', () => {
  it('is signed for the subject that asked, for as long as it asked', async () => {
    const server = await testServer();
    expect((await make(server, 'CN=ann,O=devs', { expirationSeconds: 3600 })).status).toBe(201);
    expect((await approve(server)).status).toBe(200);
    const { body } = await server.send('GET', `${url}/c`);
    const issued = new X509Certificate(Buffer.from(body['status'].certificate, 'base64'));
    expect(issued.subject.split('\n').sort()).toEqual(['CN=ann', 'O=devs']);
    expect(issued.validToDate.toISOString()).toBe('2026-01-02T04:04:05.000Z');
    expect(issued.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
  });

  it('that the signer does not sign fails with the reason', async () => {
    const server = await testServer();
    const signerName = 'kubernetes.io/kube-apiserver-client-kubelet';
    const usages = ['client auth', 'digital signature'];
    await make(server, 'CN=ann', { signerName, usages });
    await approve(server);
    const { body } = await server.send('GET', `${url}/c`);
    expect(body['status'].certificate).toBeUndefined();
    expect(body['status'].conditions[1]).toMatchObject({
      type: 'Failed',
      reason: 'SignerValidationFailure',
      message: 'subject organization is not system:nodes',
    });
  });

  it('of another signer is left to that signer', async () => {
    const server = await testServer();
    await make(server, 'CN=ann', { signerName: 'example.com/own' });
    await approve(server);
    expect((await server.send('GET', `${url}/c`)).body['status'].certificate).toBeUndefined();
  });
});

describe('certificate requests', () => {
  it('cannot be for those who may do everything', async () => {
    const answer = await make(await testServer(), 'CN=ann,O=system:masters');
    expect([answer.status, answer.body['message']]).toEqual([
      403,
      'certificatesigningrequests.certificates.k8s.io "c" is forbidden: use of kubernetes.io/kube-apiserver-client signer with system:masters group is not allowed',
    ]);
  });

  it('are approved by those who may approve for the signer', async () => {
    const server = await testServer();
    await server.create('/apis/rbac.authorization.k8s.io/v1/clusterroles', {
      metadata: { name: 'r' },
      rules: [
        {
          apiGroups: ['certificates.k8s.io'],
          resources: ['certificatesigningrequests/approval'],
          verbs: ['update', 'patch'],
        },
      ],
    });
    await server.create('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
      metadata: { name: 'r' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'r' },
      subjects: [{ kind: 'User', name: 'ann', apiGroup: 'rbac.authorization.k8s.io' }],
    });
    await make(server, 'CN=bob');
    const user = { username: 'ann', groups: ['system:authenticated'] };
    const { status, body } = await approve(server, { user });
    expect([status, body['message']]).toEqual([
      403,
      'certificatesigningrequests.certificates.k8s.io "c" is forbidden: user not permitted to approve requests with signerName "kubernetes.io/kube-apiserver-client"',
    ]);
  });
});
