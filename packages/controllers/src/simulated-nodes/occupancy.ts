import type { Cluster, ObjectChange } from '@dormice/client';
import { isFinished, type Pod } from '../common/pod.ts';
import { podRequests, type Requests } from '../common/pod-requests.ts';

interface Seat extends Requests {
  node: string;
  ip: string | undefined;
}

/** Which pods sit on which node and what they ask for, in one cluster; kept from changes. */
export class Occupancy {
  readonly #seats = new Map<string, Seat>();
  readonly #addresses = new Map<string, string>();
  #next = 1;

  observe({ type, namespace, name, object }: ObjectChange): void {
    const id = `${namespace}/${name}`;
    const pod = object as Pod;
    const before = this.#seats.get(id);
    if (before?.ip !== undefined) this.#addresses.delete(before.ip);
    if (type === 'DELETED' || !pod.spec.nodeName || isFinished(pod)) {
      this.#seats.delete(id);
      return;
    }
    this.take(id, pod);
  }

  take(id: string, pod: Pod): void {
    const ip = pod.spec.hostNetwork ? undefined : pod.status?.podIP;
    this.#seats.set(id, { ...podRequests(pod), node: pod.spec.nodeName ?? '', ip });
    if (ip !== undefined) this.#addresses.set(ip, id);
  }

  /** What is taken on a node. */
  on(node: string): Requests & { pods: number } {
    const total = { cpu: 0, memory: 0, pods: 0 };
    for (const seat of this.#seats.values()) {
      if (seat.node !== node) continue;
      total.cpu += seat.cpu;
      total.memory += seat.memory;
      total.pods += 1;
    }
    return total;
  }

  /** A free address of 10.200.0.0/16, reserved for the pod. Throws when all 65,000 are taken. */
  address(id: string): string {
    for (let tries = 0; tries < 65_024; tries += 1) {
      const at = this.#next;
      this.#next = at >= 65_024 ? 1 : at + 1;
      const ip = `10.200.${Math.floor(at / 254)}.${(at % 254) + 1}`;
      if (this.#addresses.has(ip)) continue;
      this.#addresses.set(ip, id);
      return ip;
    }
    throw new Error('all addresses of 10.200.0.0/16 are taken by simulated pods');
  }
}

const known = new WeakMap<Cluster, Occupancy>();

export function occupancyOf(cluster: Cluster): Occupancy {
  let occupancy = known.get(cluster);
  if (!occupancy) {
    occupancy = new Occupancy();
    known.set(cluster, occupancy);
  }
  return occupancy;
}
