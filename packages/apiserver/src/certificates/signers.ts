/** What a certificate request asks for, as far as signers look at it. */
export interface Requested {
  commonName: string;
  organizations: readonly string[];
  dns: readonly string[];
  ips: readonly string[];
  emails: readonly string[];
  uris: readonly string[];
  usages: readonly string[];
}

/** A built-in signer: the name, and what is wrong with a request for it; nothing when it signs. */
type Check = (request: Requested) => string | undefined;

const subset = (usages: readonly string[], allowed: readonly string[], needed: readonly string[]) =>
  usages.every((usage) => allowed.includes(usage)) && needed.every((one) => usages.includes(one));

const clientUsages = ['digital signature', 'key encipherment', 'client auth'];
const servingUsages = ['digital signature', 'key encipherment', 'server auth'];

const nodeSubject: Check = ({ commonName, organizations }) => {
  if (organizations.length !== 1 || organizations[0] !== 'system:nodes') {
    return 'subject organization is not system:nodes';
  }
  return commonName.startsWith('system:node:')
    ? undefined
    : 'subject common name does not begin with system:node:';
};

/** Rules of https://kubernetes.io/docs/reference/access-authn-authz/certificate-signing-requests/#kubernetes-signers */
export const signers: Readonly<Record<string, Check>> = {
  'kubernetes.io/kube-apiserver-client': ({ usages }) =>
    subset(usages, clientUsages, ['client auth'])
      ? undefined
      : `invalid usages for client certificate: ${usages.join(',')}`,
  'kubernetes.io/kube-apiserver-client-kubelet': (request) => {
    const { dns, ips, emails, uris, usages } = request;
    const subject = nodeSubject(request);
    if (subject !== undefined) return subject;
    if (dns.length > 0) return 'DNS subjectAltNames are not allowed';
    if (emails.length > 0) return 'Email subjectAltNames are not allowed';
    if (ips.length > 0) return 'IP subjectAltNames are not allowed';
    if (uris.length > 0) return 'URI subjectAltNames are not allowed';
    return subset(usages, clientUsages, ['digital signature', 'client auth'])
      ? undefined
      : `usages did not match ${clientUsages.join(',')}`;
  },
  'kubernetes.io/kubelet-serving': (request) => {
    const { dns, ips, emails, uris, usages } = request;
    const subject = nodeSubject(request);
    if (subject !== undefined) return subject;
    if (dns.length + ips.length === 0) return 'DNS or IP subjectAltName is required';
    if (emails.length > 0) return 'Email subjectAltNames are not allowed';
    if (uris.length > 0) return 'URI subjectAltNames are not allowed';
    return subset(usages, servingUsages, ['digital signature', 'server auth'])
      ? undefined
      : `usages did not match ${servingUsages.join(',')}`;
  },
};
