import { dump } from 'js-yaml';

export interface KubeconfigRequest {
  /** Name of the cluster, user and context. */
  name: string;
  server: string;
  /** Server name to send, where the address is not the name (a gateway on loopback). */
  tlsServerName?: string;
  caCertificate: string;
  clientCertificate: string;
  clientKey: string;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** A kubeconfig with one context. */
export function kubeconfigFor(request: KubeconfigRequest): string {
  const { name, server, tlsServerName } = request;
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name,
        cluster: {
          server,
          ...(tlsServerName === undefined ? {} : { 'tls-server-name': tlsServerName }),
          'certificate-authority-data': base64(request.caCertificate),
        },
      },
    ],
    users: [
      {
        name,
        user: {
          'client-certificate-data': base64(request.clientCertificate),
          'client-key-data': base64(request.clientKey),
        },
      },
    ],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
