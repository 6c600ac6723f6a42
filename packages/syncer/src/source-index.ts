import type { KubeObject } from '@dormice/apimachinery';
import { labels } from './labels.ts';

/** Which virtual cluster a pod address belongs to, now. */
export class SourceIndex {
  readonly #byAddress = new Map<string, { cluster: string; pod: string }>();
  readonly #byPod = new Map<string, readonly string[]>();

  clusterOf(address: string): string | undefined {
    return this.#byAddress.get(address)?.cluster;
  }

  /** A pod appeared, changed, or went. Addresses of a node (host network) and of finished pods are nobody's. */
  observe(pod: KubeObject, gone: boolean): void {
    const uid = pod.metadata.uid ?? '';
    const cluster = pod.metadata.labels?.[labels.cluster];
    const { phase, podIPs = [], podIP } = pod.status ?? {};
    const over = gone || phase === 'Succeeded' || phase === 'Failed' || pod.spec?.hostNetwork;
    const addresses: string[] =
      over || cluster === undefined
        ? []
        : [...new Set([...podIPs.map(({ ip }: { ip: string }) => ip), podIP])].filter(Boolean);
    for (const old of this.#byPod.get(uid) ?? []) {
      if (!addresses.includes(old) && this.#byAddress.get(old)?.pod === uid) {
        this.#byAddress.delete(old);
      }
    }
    if (addresses.length === 0) this.#byPod.delete(uid);
    else this.#byPod.set(uid, addresses);
    for (const address of addresses) {
      this.#byAddress.set(address, { cluster: cluster ?? '', pod: uid });
    }
  }
}
