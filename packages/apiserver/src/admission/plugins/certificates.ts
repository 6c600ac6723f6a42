import { errors, type KubeObject } from '@dormice/apimachinery';
import type { Client, Resource } from '@dormice/client';
import type { AdmissionAttributes, AdmissionPlugin } from '../../api-server.ts';

const resource = 'certificatesigningrequests';
const clientSigner = 'kubernetes.io/kube-apiserver-client';
const accessReviews: Resource = {
  group: 'authorization.k8s.io',
  version: 'v1',
  resource: 'subjectaccessreviews',
  kind: 'SubjectAccessReview',
  namespaced: false,
};

const isRequest = (attributes: AdmissionAttributes): boolean =>
  attributes.group === 'certificates.k8s.io' && attributes.resource === resource;

/** May the user do this for the signer, or for all of its domain? */
async function mayFor(
  { user }: AdmissionAttributes,
  client: Client,
  verb: 'approve' | 'sign',
  signer: string,
): Promise<boolean> {
  for (const name of [signer, `${signer.split('/')[0]}/*`]) {
    const review: KubeObject = await client.create<KubeObject>(accessReviews, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SubjectAccessReview',
      metadata: {},
      spec: {
        user: user.username,
        groups: user.groups,
        ...(user.extra ? { extra: user.extra } : {}),
        resourceAttributes: {
          group: 'certificates.k8s.io',
          version: '*',
          resource: 'signers',
          verb,
          name,
        },
      },
    });
    if (review['status']?.allowed) return true;
  }
  return false;
}

function notPermitted({ name }: AdmissionAttributes, verb: string, signer: string): Error {
  const why = `user not permitted to ${verb} requests with signerName ${JSON.stringify(signer)}`;
  return errors.forbidden({ group: 'certificates.k8s.io', resource }, name, why);
}

/** Who approves a request needs the verb `approve` on its signer. */
export const certificateApproval: AdmissionPlugin = {
  name: 'CertificateApproval',
  async validate(attributes, client) {
    if (!isRequest(attributes) || attributes.subresource !== 'approval') return;
    const signer: string = attributes.oldObject?.['spec']?.signerName ?? '';
    if (!(await mayFor(attributes, client, 'approve', signer))) {
      throw notPermitted(attributes, 'approve', signer);
    }
  },
};

/** Who sets a certificate or a failure needs the verb `sign` on its signer. */
export const certificateSigning: AdmissionPlugin = {
  name: 'CertificateSigning',
  async validate(attributes, client) {
    const { object, oldObject, subresource } = attributes;
    if (!isRequest(attributes) || subresource !== 'status' || !object || !oldObject) return;
    if (!isSigning(object, oldObject)) return;
    const signer: string = oldObject['spec']?.signerName ?? '';
    if (!(await mayFor(attributes, client, 'sign', signer))) {
      throw notPermitted(attributes, 'sign', signer);
    }
  },
};

/** Does an update issue, or say that it failed? */
function isSigning(next: KubeObject, old: KubeObject): boolean {
  const failures = ({ status }: KubeObject): string =>
    JSON.stringify(
      ((status?.conditions ?? []) as { type: string }[]).filter(({ type }) => type === 'Failed'),
    );
  return (
    (next['status']?.certificate ?? '') !== (old['status']?.certificate ?? '') ||
    failures(next) !== failures(old)
  );
}

/** Nobody gets a certificate of the group that may do everything. */
export const certificateSubjectRestriction: AdmissionPlugin = {
  name: 'CertificateSubjectRestriction',
  async validate(attributes) {
    const { object, operation, subresource } = attributes;
    if (!isRequest(attributes) || operation !== 'CREATE' || subresource !== '' || !object) return;
    if (object['spec']?.signerName !== clientSigner) return;
    const text = Buffer.from(object['spec'].request ?? '', 'base64').toString('utf8');
    const { CertificateRequest } = await import('../../pki/sign-request.ts');
    if (new CertificateRequest(text).requested.organizations.includes('system:masters')) {
      throw errors.forbidden(
        { group: 'certificates.k8s.io', resource },
        attributes.name,
        `use of ${clientSigner} signer with system:masters group is not allowed`,
      );
    }
  },
};
