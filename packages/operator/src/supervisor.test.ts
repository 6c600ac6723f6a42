import type { Client, Cluster } from '@dormice/client';
import { describe, expect, it } from 'vitest';
import type { ControlPlane } from './control-plane.ts';
import { type Companions, Supervisor } from './supervisor.ts';
import { virtualCluster } from './testing.ts';

/** Writes down what happens, in order. */
function setUp(options: { failStart?: boolean } = {}) {
  const log: string[] = [];
  let state: ControlPlane['state'] = 'Sleeping';
  const flags = { failStart: options.failStart ?? false };
  const controlPlane = {
    get state() {
      return state;
    },
    wake: async () => {
      log.push('wake');
      if (flags.failStart) throw new Error('no disk');
      await new Promise((resolve) => setImmediate(resolve));
      state = 'Running';
    },
    sleep: async () => {
      if (state === 'Running') log.push('close');
      state = 'Sleeping';
    },
    cover: async () => undefined,
    destroy: async () => void log.push('destroy'),
    discardState: async () => void log.push('discard'),
    cluster: { client: {} as Client } as Cluster,
  } as unknown as ControlPlane;
  const host = {
    get: async () => ({
      metadata: { uid: 'anchor', labels: { 'dormice.dev/cluster': 'uid-atlas' } },
    }),
    create: async () => ({
      metadata: { uid: 'anchor', labels: { 'dormice.dev/cluster': 'uid-atlas' } },
    }),
    delete: async () => void log.push('anchor removed'),
    list: async () => ({ items: [] }),
  } as unknown as Client;
  const companions: Companions = {
    host,
    attachControllers: async () => {
      log.push('controllers');
      return async () => void log.push('controllers stop');
    },
    attachSyncer: async () => {
      log.push('syncer');
      return { apiServiceIp: '10.0.0.1', detach: async () => void log.push('syncer stops') };
    },
    now: () => new Date(),
    log: () => undefined,
  };
  const hooks = { onWakeByConnection: () => void log.push('wish'), onChange: () => undefined };
  return { log, flags, controlPlane, companions, hooks };
}

const signal = new AbortController().signal;

describe('a supervised cluster', () => {
  it('starts the API, then the controllers, then the syncer', async () => {
    const { log, controlPlane, companions, hooks } = setUp();
    const supervisor = new Supervisor(virtualCluster(), controlPlane, companions, hooks);
    await supervisor.converge(signal);
    expect(log).toEqual(['wake', 'controllers', 'syncer']);
    expect(supervisor.observed).toEqual({ state: 'Running', synced: true });
  });

  it('parts in the opposite order, and only then stops the pods', async () => {
    const { log, controlPlane, companions, hooks } = setUp();
    const supervisor = new Supervisor(virtualCluster(), controlPlane, companions, hooks);
    await supervisor.converge(signal);
    log.length = 0;
    supervisor.object = virtualCluster({ replicas: 0 });
    await supervisor.converge(signal);
    expect(log).toEqual(['syncer stops', 'controllers stop', 'close', 'anchor removed']);
  });

  it('is woken once by many connections, and has the wish written down', async () => {
    const { log, controlPlane, companions, hooks } = setUp();
    const supervisor = new Supervisor(
      virtualCluster({ replicas: 0 }),
      controlPlane,
      companions,
      hooks,
    );
    await Promise.all([supervisor.wake(signal), supervisor.wake(signal), supervisor.wake(signal)]);
    expect(log.filter((entry) => entry === 'wake')).toHaveLength(1);
    expect(log.filter((entry) => entry === 'wish')).toHaveLength(1);
    expect(supervisor.wanted).toBe(true);
    await supervisor.converge(signal);
    expect(supervisor.state).toBe('Running');
    supervisor.object = virtualCluster({ replicas: 1 });
    expect(supervisor.wanted).toBe(false);
  });

  it('does not let a connection start what is stopped', async () => {
    const { log, controlPlane, companions, hooks } = setUp();
    const stopped = virtualCluster({ runPolicy: 'Stopped' });
    const supervisor = new Supervisor(stopped, controlPlane, companions, hooks);
    await expect(supervisor.wake(signal)).rejects.toThrow('ws/atlas is stopped');
    expect(log).toEqual([]);
    expect(supervisor.state).toBe('Stopped');
  });

  it('tells why it failed, and recovers', async () => {
    const { flags, controlPlane, companions, hooks } = setUp({ failStart: true });
    const supervisor = new Supervisor(virtualCluster(), controlPlane, companions, hooks);
    await expect(supervisor.converge(signal)).rejects.toThrow('no disk');
    expect(supervisor.observed).toEqual({
      state: 'Failed',
      reason: 'StartFailed',
      message: 'no disk',
    });
    flags.failStart = false;
    await supervisor.converge(signal);
    expect(supervisor.observed.state).toBe('Running');
  });

  it('discards the state of an ephemeral cluster at each stop', async () => {
    const { log, controlPlane, companions, hooks } = setUp();
    const dream = virtualCluster({
      mode: 'Dynamic',
      controlPlane: { distro: 'embedded', version: '1.35', persistence: { type: 'Ephemeral' } },
    });
    const supervisor = new Supervisor(dream, controlPlane, companions, hooks);
    await supervisor.converge(signal);
    supervisor.object = { ...dream, spec: { ...dream.spec, replicas: 0 } };
    await supervisor.converge(signal);
    expect(log.slice(-2)).toEqual(['anchor removed', 'discard']);
  });
});
