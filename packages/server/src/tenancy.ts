import { isReason } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import type { ControllerEngine } from '@dormice/controllers';
import { createLiveZone, type DnsZone, type LiveZone, systemResolvers } from '@dormice/dns';
import {
  type Companions,
  type EmbeddedParts,
  type Fleet,
  ownerOf,
  type VirtualCluster,
} from '@dormice/operator';
import { type Advertised, clusterParts, createSyncer } from '@dormice/syncer';
import type { Host } from './host/host.ts';
import type { Log } from './log.ts';

export interface TenancyOptions {
  host: Host;
  log: Log;
  /** The CA of a cluster, PEM; its controllers publish it. */
  caOf: (uid: string) => string;
}

/** What joins virtual clusters with the host: the syncer, the zones of their DNS, and where pods find us. */
export class Tenancy {
  readonly #options: TenancyOptions;
  readonly #syncer;
  readonly #zones = new Map<string, LiveZone>();
  #advertised: Advertised | undefined;

  constructor(options: TenancyOptions) {
    this.#options = options;
    const { host, log } = options;
    this.#syncer = createSyncer({
      host: host.client,
      log,
      advertise: () => this.#advertised,
      ...(host.transport === undefined ? {} : { connectUpgrade: host.transport.connectUpgrade }),
    });
  }

  /** Where pods of the host reach this process. */
  advertise(at: Advertised): void {
    this.#advertised = at;
  }

  start(): Promise<void> {
    return this.#syncer.start();
  }

  async close(): Promise<void> {
    for (const zone of this.#zones.values()) zone.close();
    await this.#syncer.close();
  }

  clusterOfAddress(address: string): string | undefined {
    return this.#syncer.clusterOfAddress(address);
  }

  /** The zone of the virtual cluster whose pod asks. */
  async zoneOf(source: string, fleet: Fleet): Promise<DnsZone | undefined> {
    const uid = this.#syncer.clusterOfAddress(source);
    const supervisor = uid === undefined ? undefined : fleet.get(uid);
    if (uid === undefined || supervisor?.controlPlane.state !== 'Running') return undefined;
    let zone = this.#zones.get(uid);
    if (!zone) {
      zone = createLiveZone(supervisor.controlPlane.cluster);
      this.#zones.set(uid, zone);
    }
    return zone.zone();
  }

  /** Where other names are asked: the host's own DNS, which knows the host's Services and what lies outside. */
  async hostResolvers(): Promise<string[]> {
    try {
      const service = await this.#options.host.client.get(resources.services, 'kube-dns', {
        namespace: 'kube-system',
      });
      const address: string = service['spec']?.clusterIP ?? '';
      if (address !== '' && address !== 'None') return [address];
    } catch (error) {
      if (!isReason(error, 'NotFound', 'Forbidden')) throw error;
    }
    return systemResolvers();
  }

  /** What the API server of a cluster gets from the host's side. */
  partsFor(object: VirtualCluster): EmbeddedParts {
    const { host } = this.#options;
    const { uid = '', name = '', namespace = '' } = object.metadata;
    return clusterParts({
      syncer: this.#syncer,
      host: host.client,
      place: { uid, name, namespace },
      owner: ownerOf(object),
      hostAccess: object.spec.hostAccess,
      ...(host.transport === undefined ? {} : { connectUpgrade: host.transport.connectUpgrade }),
    });
  }

  /** How the operator joins and parts clusters. */
  companions(engine: ControllerEngine): Pick<Companions, 'attachControllers' | 'attachSyncer'> {
    return {
      attachControllers: (cluster) =>
        engine.attach(cluster, { caCertificate: this.#options.caOf(cluster.uid) }),
      attachSyncer: async (cluster, object, anchor) => {
        const { name = '', namespace = '' } = object.metadata;
        const attachment = await this.#syncer.attach(cluster, {
          name,
          namespace,
          owner: ownerOf(object),
          anchor,
          config: object.spec.sync,
        });
        const detach = async () => {
          this.#zones.get(cluster.uid)?.close();
          this.#zones.delete(cluster.uid);
          await attachment.detach();
        };
        return { apiServiceIp: attachment.apiServiceIp, detach };
      },
    };
  }
}
