import { parseKubeconfig } from '@dormice/client';
import type { Target } from './load-client.ts';

/** Where a kubeconfig leads, for the load client. */
export function targetOf(kubeconfig: string): Target {
  const { clusters, users } = parseKubeconfig(kubeconfig);
  const cluster = clusters?.[0]?.cluster ?? {};
  const user = users?.[0]?.user ?? {};
  const data = (from: Record<string, unknown>, key: string) =>
    Buffer.from(String(from[key]), 'base64').toString('utf8');
  return {
    url: String(cluster['server']),
    servername: String(cluster['tls-server-name']),
    ca: data(cluster, 'certificate-authority-data'),
    cert: data(user, 'client-certificate-data'),
    key: data(user, 'client-key-data'),
  };
}
