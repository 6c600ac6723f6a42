import tls from 'node:tls';
import { parseKubeconfig } from '@dormice/client';
import { create, ensureNamespace, kubeconfigOf, phaseOf, scale } from './lib/clusters.ts';
import { DormiceProcess } from './lib/dormice-process.ts';
import { ms, percentile, type Result, sleep } from './lib/stats.ts';

interface Tenant {
  options: tls.ConnectionOptions;
}

function tenantOf(kubeconfig: string): Tenant {
  const { clusters, users } = parseKubeconfig(kubeconfig);
  const cluster = clusters?.[0]?.cluster ?? {};
  const user = users?.[0]?.user ?? {};
  const url = new URL(String(cluster['server']));
  const data = (from: Record<string, unknown>, key: string) =>
    Buffer.from(String(from[key]), 'base64').toString('utf8');
  return {
    options: {
      host: url.hostname,
      port: Number(url.port),
      servername: String(cluster['tls-server-name']),
      ca: data(cluster, 'certificate-authority-data'),
      cert: data(user, 'client-certificate-data'),
      key: data(user, 'client-key-data'),
      ALPNProtocols: ['http/1.1'],
    },
  };
}

/** TCP connect to the first byte of the answer, milliseconds; rejects on anything but 200. */
function firstByte({ options }: Tenant): Promise<number> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const socket = tls.connect(options, () => {
      socket.write(
        'GET /api/v1/namespaces/default HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      );
    });
    socket.once('data', (piece: Buffer) => {
      const took = performance.now() - began;
      socket.destroy();
      if (piece.toString().startsWith('HTTP/1.1 200')) resolve(took);
      else reject(new Error(piece.toString().slice(0, 200)));
    });
    socket.once('error', reject);
  });
}

/** Create → first successful request, and wake by server name → first byte. */
export async function wake(count = 100): Promise<Result> {
  const dormice = await DormiceProcess.create();
  try {
    const host = await dormice.start();
    await ensureNamespace(host);
    const created: number[] = [];
    const tenants: Tenant[] = [];
    for (let index = 0; index < count; index += 1) {
      const began = performance.now();
      await create(host, `vc-${index}`);
      const tenant = tenantOf(await kubeconfigOf(host, `vc-${index}`));
      await firstByte(tenant);
      created.push(performance.now() - began);
      tenants.push(tenant);
    }
    for (let index = 0; index < count; index += 1) await scale(host, `vc-${index}`, 0);
    for (let index = 0; index < count; index += 1) {
      while ((await phaseOf(host, `vc-${index}`)) !== 'Sleeping') await sleep(50);
    }
    const woken: number[] = [];
    const warm: number[] = [];
    for (const tenant of tenants) {
      woken.push(await firstByte(tenant));
      warm.push(await firstByte(tenant));
      await sleep(60);
    }
    const pair = (samples: number[]) =>
      `${ms(percentile(samples, 0.5))} / ${ms(percentile(samples, 0.99))}`;
    return {
      title: `Create and wake, ${count} times one after the other`,
      rows: [
        {
          what: 'create → first successful request, p50 / p99',
          value: pair(created),
          aim: 'p50 ≤ 150 ms',
        },
        {
          what: 'wake: TCP connect → first byte, p50 / p99',
          value: pair(woken),
          aim: '≤ 100 ms / ≤ 500 ms',
        },
        { what: 'the same while awake, p50 / p99', value: pair(warm) },
      ],
    };
  } finally {
    await dormice.remove();
  }
}
