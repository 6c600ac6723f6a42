import { describe, expect, it } from 'vitest';
import { type Condition, getCondition, setCondition } from './conditions.ts';

const ready: Condition = {
  type: 'Ready',
  status: 'True',
  lastTransitionTime: '2020-01-01T00:00:00Z',
};
const later = '2021-01-01T00:00:00Z';

describe('setCondition', () => {
  it('adds what is not there', () => {
    expect(setCondition(undefined, ready)).toEqual([ready]);
    expect(getCondition(setCondition([], ready), 'Ready')).toEqual(ready);
    expect(getCondition(undefined, 'Ready')).toBeUndefined();
  });

  it('keeps the transition time while the status stays', () => {
    expect(setCondition([ready], { ...ready, reason: 'New', lastTransitionTime: later })).toEqual([
      { ...ready, reason: 'New' },
    ]);
  });

  it('moves the transition time with the status, and leaves the list it was given alone', () => {
    const list = [ready];
    const next = { ...ready, status: 'False', lastTransitionTime: later };
    expect(setCondition(list, next)).toEqual([next]);
    expect(list).toEqual([ready]);
  });
});
