import type { Backend } from '@dormice/gateway';
import { claimedServerNames, serverNameOf } from './names.ts';
import type { Supervisor } from './supervisor.ts';
import { referenceOf, type VirtualCluster } from './virtual-cluster.ts';

/** A server name that two virtual clusters claim: the older one keeps it. */
export interface NameConflict {
  serverName: string;
  /** `namespace/name` of the holder. */
  holder: string;
}

/** All virtual clusters of this process, by UID and by server name. */
export class Fleet {
  readonly #byUid = new Map<string, Supervisor>();
  readonly #byServerName = new Map<string, Supervisor>();

  get(uid: string): Supervisor | undefined {
    return this.#byUid.get(uid);
  }

  all(): Iterable<Supervisor> {
    return this.#byUid.values();
  }

  get size(): number {
    return this.#byUid.size;
  }

  byServerName(name: string): Backend | undefined {
    return this.#byServerName.get(name);
  }

  add(uid: string, supervisor: Supervisor): void {
    this.#byUid.set(uid, supervisor);
  }

  remove(uid: string): void {
    const supervisor = this.#byUid.get(uid);
    this.#byUid.delete(uid);
    for (const [name, holder] of this.#byServerName) {
      if (holder === supervisor) this.#byServerName.delete(name);
    }
  }

  /** Gives the cluster the names that its object claims; those that another one holds are reported, not taken. */
  claim(uid: string): NameConflict[] {
    const supervisor = this.#byUid.get(uid);
    if (!supervisor) return [];
    const wanted = claimedServerNames(supervisor.object);
    for (const [name, holder] of this.#byServerName) {
      if (holder === supervisor && !wanted.includes(name)) this.#byServerName.delete(name);
    }
    const conflicts: NameConflict[] = [];
    for (const serverName of wanted) {
      const holder = this.#byServerName.get(serverName);
      if (
        holder === undefined ||
        holder === supervisor ||
        mayTake(supervisor, holder, serverName)
      ) {
        this.#byServerName.set(serverName, supervisor);
      } else {
        conflicts.push({ serverName, holder: holder.name });
      }
    }
    return conflicts;
  }
}

/** The unique name is its owner's, whoever claimed it before; otherwise the older object wins, ties by UID. */
function mayTake(claimant: Supervisor, holder: Supervisor, serverName: string): boolean {
  if (uniqueName(claimant.object) === serverName) return true;
  if (uniqueName(holder.object) === serverName) return false;
  return ageKey(claimant.object) < ageKey(holder.object);
}

function uniqueName(object: VirtualCluster): string {
  return serverNameOf(object.metadata.name ?? '', object.metadata.namespace ?? '');
}

function ageKey(object: VirtualCluster): string {
  return `${object.metadata.creationTimestamp} ${object.metadata.uid} ${referenceOf(object)}`;
}
