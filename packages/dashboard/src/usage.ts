import { isReason, type KubeObject, parseQuantity } from '@dormice/apimachinery';
import { type Client, listAll, resources } from '@dormice/client';
import { labels } from '@dormice/operator';
import type { Usage } from './view.ts';

/** What the pods of each virtual cluster take on the host, by cluster UID; `undefined`: the host has no metrics. */
export async function workloadUsage(host: Client): Promise<Map<string, Usage> | undefined> {
  let metrics: KubeObject[];
  try {
    metrics = await listAll(host, resources.podmetrics, { labelSelector: labels.cluster });
  } catch (error) {
    if (isReason(error, 'NotFound', 'ServiceUnavailable')) return undefined;
    throw error;
  }
  const usage = new Map<string, Usage>();
  for (const pod of metrics) {
    const uid = pod.metadata.labels?.[labels.cluster] ?? '';
    const sum = usage.get(uid) ?? { cpu: 0, memory: 0, pods: 0 };
    for (const container of pod['containers'] ?? []) {
      sum.cpu += parseQuantity(String(container.usage?.cpu ?? '0')).toNumber();
      sum.memory += parseQuantity(String(container.usage?.memory ?? '0')).toNumber();
    }
    sum.pods += 1;
    usage.set(uid, sum);
  }
  return usage;
}

/** CPU of this process between two calls, in cores. */
export function createCpuMeter(): () => number {
  let before = process.cpuUsage();
  let at = process.hrtime.bigint();
  return () => {
    const spent = process.cpuUsage(before);
    const now = process.hrtime.bigint();
    const elapsed = Number(now - at) / 1000;
    before = process.cpuUsage();
    at = now;
    return elapsed === 0 ? 0 : (spent.user + spent.system) / elapsed;
  };
}
