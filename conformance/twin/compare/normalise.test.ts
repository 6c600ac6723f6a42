import { describe, expect, it } from 'vitest';
import { firstDifference } from './difference.ts';
import { normalise } from './normalise.ts';

const answer = (body: unknown, headers: Record<string, string> = {}) =>
  normalise({ status: 200, headers: { 'content-type': 'application/json', ...headers }, body });

describe('answers of two servers', () => {
  it('are the same when only uid, times, revisions and generated names differ', () => {
    const object = (uid: string, revision: string, suffix: string) => ({
      metadata: {
        generateName: 'a-',
        name: `a-${suffix}`,
        uid: `${uid}-0000-4000-8000-000000000000`,
        resourceVersion: revision,
        creationTimestamp: new Date().toISOString(),
      },
    });
    const theirs = answer(object('11111111', '5', 'abcde'));
    expect(firstDifference(theirs, answer(object('22222222', '77', 'fghij')))).toBeUndefined();
  });

  it('differ in old times, which a client gave', () => {
    const at = (time: string) => answer({ spec: { time } });
    const found = firstDifference(at('2020-01-01T00:00:00Z'), at('2021-01-01T00:00:00Z'));
    expect(found?.path).toBe('body.spec.time');
  });

  it('differ in warnings and content types, not in other headers', () => {
    expect(firstDifference(answer({}, { date: 'x' }), answer({}, { date: 'y' }))).toBeUndefined();
    expect(firstDifference(answer({}, { warning: '299 - "x"' }), answer({}))?.path).toBe(
      'headers.warning',
    );
  });

  it('differ in the order of causes, but for those of one field', () => {
    const refusal = (...causes: [field: string, message: string][]) =>
      answer({
        kind: 'Status',
        message: causes.join(),
        details: { causes: causes.map(([field, message]) => ({ field, message })) },
      });
    const one = refusal(['a', '1'], ['a', '2'], ['b', '3']);
    expect(firstDifference(one, refusal(['a', '2'], ['a', '1'], ['b', '3']))).toBeUndefined();
    expect(firstDifference(one, refusal(['b', '3'], ['a', '1'], ['a', '2']))).toBeDefined();
  });
});
