import { describe, expect, it } from 'vitest';
import { nextStatus, type StatusFacts } from './status.ts';
import { virtualCluster } from './testing.ts';

const now = new Date('2026-11-23T12:00:00Z');
const facts = (changes: Partial<StatusFacts> = {}): StatusFacts => ({
  observed: { state: 'Running', synced: true },
  now,
  endpoint: 'https://127.0.0.1:6440',
  serverName: 'atlas.ws.dormice.internal',
  lastActivity: now,
  awakeBecause: 'a connection',
  identity: 'abc',
  usage: { storageBytes: 10, watches: 1, connections: 2 },
  ...changes,
});

describe('the status', () => {
  it('says what runs, where, and why', () => {
    expect(nextStatus(virtualCluster(), facts())).toMatchObject({
      phase: 'Running',
      replicas: 1,
      awakeBecause: 'a connection',
      lastActivity: '2026-11-23T12:00:00Z',
      identity: 'abc',
      observedGeneration: 3,
    });
  });

  it('is not written again while only usage moves', () => {
    const object = virtualCluster();
    object.status = nextStatus(object, facts()) ?? {};
    const usage = { storageBytes: 99, watches: 7, connections: 7 };
    expect(nextStatus(object, facts({ usage }))).toBeUndefined();
  });

  it('shows activity with a resolution of a minute', () => {
    const object = virtualCluster();
    object.status = nextStatus(object, facts()) ?? {};
    const soon = new Date('2026-11-23T12:00:40Z');
    const later = new Date('2026-11-23T12:01:40Z');
    expect(nextStatus(object, facts({ lastActivity: soon, now: soon }))).toBeUndefined();
    expect(nextStatus(object, facts({ lastActivity: later, now: later }))?.lastActivity).toBe(
      '2026-11-23T12:01:40Z',
    );
  });

  it('keeps the time of a condition that did not turn', () => {
    const object = virtualCluster();
    object.status = nextStatus(object, facts()) ?? {};
    const later = new Date('2026-11-23T13:00:00Z');
    const next = nextStatus(object, facts({ observed: { state: 'Sleeping' }, now: later }));
    const times = Object.fromEntries(
      (next?.conditions ?? []).map(({ type, lastTransitionTime }) => [type, lastTransitionTime]),
    );
    expect(times['Ready']).toBe('2026-11-23T13:00:00Z');
    expect(times['Sleeping']).toBe('2026-11-23T12:00:00Z');
  });

  it('gives the reason of a failure, and keeps the first identity', () => {
    const object = virtualCluster();
    object.status = { identity: 'first' };
    const observed = { state: 'Failed', reason: 'StateMissing', message: 'lost' } as const;
    const next = nextStatus(object, facts({ observed, identity: 'other' }));
    expect(next?.identity).toBe('first');
    expect(next?.conditions?.[0]).toMatchObject({
      status: 'False',
      reason: 'StateMissing',
      message: 'lost',
    });
  });
});
