import type { KubeObject } from '@dormice/apimachinery';
import { firstFew, none } from '../columns.ts';

interface Subset {
  addresses?: { ip: string }[];
  ports?: { port: number }[];
}

const hostPort = (ip: string, port: number): string =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`;

/** `10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more...` */
export function formatEndpoints(endpoints: KubeObject): string {
  const subsets: Subset[] = endpoints['subsets'] ?? [];
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip }) => ip)
      : ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port))),
  );
  return all.length === 0 ? none : firstFew(all, 3);
}
