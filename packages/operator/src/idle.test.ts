import { describe, expect, it } from 'vitest';
import { durationMs } from './duration.ts';
import { type IdleFacts, isIdle } from './idle.ts';
import { virtualCluster } from './testing.ts';

const now = new Date('2026-11-23T12:00:00Z');
const facts = (changes: Partial<IdleFacts> = {}): IdleFacts => ({
  now,
  running: true,
  inFlight: 0,
  lastActivity: new Date('2026-11-23T11:00:00Z'),
  ...changes,
});
const after = (afterIdle: string) => virtualCluster({ sleep: { afterIdle } });

describe('the idle judge', () => {
  it('lets it sleep after the time, not before', () => {
    expect(isIdle(after('1h'), facts())).toBe(true);
    expect(isIdle(after('1h1s'), facts())).toBe(false);
  });

  it('never judges clusters without the time, of another policy, or with somebody at work', () => {
    expect(isIdle(virtualCluster(), facts())).toBe(false);
    expect(
      isIdle({ ...after('1h'), spec: { ...after('1h').spec, runPolicy: 'Always' } }, facts()),
    ).toBe(false);
    expect(isIdle(after('1h'), facts({ inFlight: 1 }))).toBe(false);
    expect(isIdle(after('1h'), facts({ running: false }))).toBe(false);
    expect(isIdle(after('1h'), facts({ lastActivity: undefined }))).toBe(false);
  });

  it('reads the durations that the CRD admits', () => {
    expect(durationMs('1h30m5s')).toBe(5_405_000);
  });
});
