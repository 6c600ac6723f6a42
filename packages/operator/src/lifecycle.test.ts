import { describe, expect, it } from 'vitest';
import { goalOf, type Observed, phaseOf, wakesByConnection } from './lifecycle.ts';
import { virtualCluster } from './testing.ts';

const deleted = { deletionTimestamp: '2026-11-02T00:00:00Z' };

describe('the goal', () => {
  it.each([
    ['runs with one replica', virtualCluster(), 'Run'],
    ['sleeps with none', virtualCluster({ replicas: 0 }), 'Sleep'],
    [
      'sleeps when it is stopped, whatever the replicas',
      virtualCluster({ runPolicy: 'Stopped' }),
      'Sleep',
    ],
    [
      'sleeps with none though it is Always',
      virtualCluster({ runPolicy: 'Always', replicas: 0 }),
      'Sleep',
    ],
    ['goes when it is deleted', virtualCluster({ runPolicy: 'Stopped' }, deleted), 'Remove'],
  ] as const)('%s', (_, object, goal) => {
    expect(goalOf(object)).toBe(goal);
  });
});

describe('waking by a connection', () => {
  it('is for what sleeps, not for what is stopped or being deleted', () => {
    expect(wakesByConnection(virtualCluster({ replicas: 0 }))).toBe(true);
    expect(wakesByConnection(virtualCluster({ runPolicy: 'Stopped' }))).toBe(false);
    expect(wakesByConnection(virtualCluster({}, deleted))).toBe(false);
  });
});

describe('the phase', () => {
  const sleeping: Observed = { state: 'Sleeping' };
  it.each([
    [virtualCluster(), sleeping, 'Pending'],
    [virtualCluster({ replicas: 0 }), sleeping, 'Sleeping'],
    [virtualCluster({ runPolicy: 'Stopped' }), sleeping, 'Stopped'],
    [virtualCluster(), { state: 'Waking' }, 'Waking'],
    [virtualCluster(), { state: 'Running', synced: false }, 'Running'],
    [virtualCluster(), { state: 'Failed', reason: 'StartFailed', message: 'x' }, 'Failed'],
    [virtualCluster({}, deleted), { state: 'Running', synced: true }, 'Terminating'],
  ] as const)('%# is told in one word', (object, observed, phase) => {
    expect(phaseOf(object, observed)).toBe(phase);
  });
});
