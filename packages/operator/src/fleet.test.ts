import { describe, expect, it } from 'vitest';
import { Fleet } from './fleet.ts';
import type { Supervisor } from './supervisor.ts';
import { virtualCluster } from './testing.ts';
import type { VirtualCluster } from './virtual-cluster.ts';

/** The fleet looks at name and object only. */
const supervisorOf = (object: VirtualCluster): Supervisor =>
  ({ object, name: `${object.metadata.namespace}/${object.metadata.name}` }) as Supervisor;

function fleetOf(...objects: VirtualCluster[]): Fleet {
  const fleet = new Fleet();
  for (const object of objects) fleet.add(object.metadata.uid ?? '', supervisorOf(object));
  return fleet;
}

const exposed = (uid: string, created: string, hostname: string) =>
  virtualCluster({ exposure: { hostname } }, { uid, name: uid, creationTimestamp: created });

describe('server names', () => {
  it('are the unique one and those that the spec claims, in lower case', () => {
    const object = virtualCluster({
      controlPlane: {
        distro: 'embedded',
        version: '1.35',
        persistence: { type: 'Persistent' },
        proxy: { extraSANs: ['Atlas.Example.org', '10.0.0.1', 'fd00::1'] },
      },
    });
    const fleet = fleetOf(object);
    expect(fleet.claim('uid-atlas')).toEqual([]);
    expect(fleet.byServerName('atlas.ws.dormice.internal')?.name).toBe('ws/atlas');
    expect(fleet.byServerName('atlas.example.org')?.name).toBe('ws/atlas');
    expect(fleet.byServerName('10.0.0.1')).toBeUndefined();
  });

  it('belong to the older cluster, whoever claims first', () => {
    const fleet = fleetOf(
      exposed('young', '2026-11-02T00:00:00Z', 'a.example.org'),
      exposed('old', '2026-11-01T00:00:00Z', 'a.example.org'),
    );
    expect(fleet.claim('young')).toEqual([]);
    expect(fleet.claim('old')).toEqual([]);
    expect(fleet.byServerName('a.example.org')?.name).toBe('ws/old');
    expect(fleet.claim('young')).toEqual([{ serverName: 'a.example.org', holder: 'ws/old' }]);
  });

  it("cannot be another cluster's unique name", () => {
    const thief = exposed('thief', '2026-10-01T00:00:00Z', 'atlas.ws.dormice.internal');
    const fleet = fleetOf(thief, virtualCluster());
    fleet.claim('thief');
    fleet.claim('uid-atlas');
    expect(fleet.byServerName('atlas.ws.dormice.internal')?.name).toBe('ws/atlas');
    expect(fleet.claim('thief')).toHaveLength(1);
  });

  it('are free again when the cluster goes', () => {
    const fleet = fleetOf(virtualCluster());
    fleet.claim('uid-atlas');
    fleet.remove('uid-atlas');
    expect(fleet.byServerName('atlas.ws.dormice.internal')).toBeUndefined();
  });
});
