import { describe, expect, it } from 'vitest';
import type { ReplicaSet } from '../replica-set/replica-set.ts';
import { type Deployment, desiredAnnotation, fences, maxAnnotation } from './deployment.ts';
import { forgotten, newSetSize, rollingStep, scalingStep, wasScaled } from './plan.ts';

const deployment = (replicas: number, rollingUpdate?: object, type = 'RollingUpdate') =>
  ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web' },
    spec: { replicas, selector: {}, template: {}, strategy: { type, rollingUpdate } },
  }) as unknown as Deployment;

const set = (name: string, replicas: number, available = replicas, marks?: [number, number]) =>
  ({
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name,
      uid: name,
      creationTimestamp: name,
      generation: 1,
      ...(marks
        ? { annotations: { [desiredAnnotation]: `${marks[0]}`, [maxAnnotation]: `${marks[1]}` } }
        : {}),
    },
    spec: { replicas },
    status: { replicas, availableReplicas: available, observedGeneration: 1 },
  }) as unknown as ReplicaSet;

const sizes = (steps: { set: ReplicaSet; replicas: number }[]) =>
  Object.fromEntries(steps.map(({ set: { metadata }, replicas }) => [metadata.name, replicas]));

describe('limits of a rolling update', () => {
  it.each([
    [10, undefined, { maxSurge: 3, maxUnavailable: 2 }],
    [1, undefined, { maxSurge: 1, maxUnavailable: 0 }],
    [4, { maxSurge: 0, maxUnavailable: '10%' }, { maxSurge: 0, maxUnavailable: 1 }],
    [2, { maxSurge: 1, maxUnavailable: 5 }, { maxSurge: 1, maxUnavailable: 2 }],
  ])('of %i replicas with %j are %j', (replicas, rollingUpdate, expected) => {
    expect(fences(deployment(replicas, rollingUpdate))).toEqual(expected);
  });
});

describe('a rolling update', () => {
  it('starts the new set with what the surge allows', () => {
    expect(newSetSize(deployment(4), [set('1', 4)], undefined)).toBe(1);
    expect(newSetSize(deployment(4), [], undefined)).toBe(4);
  });

  it('takes old pods only as far as enough stay available', () => {
    const web = deployment(4, { maxSurge: 1, maxUnavailable: 1 });
    expect(sizes(rollingStep(web, set('2', 1, 0), [set('1', 4)]))).toEqual({ 1: 3 });
    expect(sizes(rollingStep(web, set('2', 2, 0), [set('1', 3)]))).toEqual({});
    expect(sizes(rollingStep(web, set('2', 2, 2), [set('1', 3)]))).toEqual({ 1: 1 });
  });

  it('takes unavailable old pods first', () => {
    const web = deployment(4, { maxSurge: 2, maxUnavailable: 0 });
    expect(sizes(rollingStep(web, set('3', 2, 2), [set('1', 2, 2), set('2', 2, 0)]))).toEqual({
      2: 0,
    });
  });

  it('ends with the new set alone, whatever the numbers', () => {
    for (const replicas of [1, 2, 3, 5, 10]) {
      for (const rolling of [
        {},
        { maxSurge: 0, maxUnavailable: 1 },
        { maxSurge: '100%', maxUnavailable: 0 },
        { maxSurge: 1, maxUnavailable: '50%' },
      ]) {
        const web = deployment(replicas, rolling);
        const { maxSurge, maxUnavailable } = fences(web);
        let next = set('2', 0);
        let old = set('1', replicas);
        for (let step = 0; step < 100; step += 1) {
          const plan = sizes(rollingStep(web, next, [old]));
          if (Object.keys(plan).length === 0) break;
          next = set('2', plan['2'] ?? next.spec.replicas ?? 0);
          old = set('1', plan['1'] ?? old.spec.replicas ?? 0);
          const total = (next.spec.replicas ?? 0) + (old.spec.replicas ?? 0);
          expect(total).toBeLessThanOrEqual(replicas + maxSurge);
          expect(total).toBeGreaterThanOrEqual(replicas - maxUnavailable);
        }
        expect([next.spec.replicas, old.spec.replicas]).toEqual([replicas, 0]);
      }
    }
  });
});

describe('scaling in the middle of an update', () => {
  it('is noticed by what the sets were scaled for', () => {
    expect(wasScaled(deployment(10), [set('1', 5, 5, [10, 12])])).toBe(false);
    expect(wasScaled(deployment(12), [set('1', 5, 5, [10, 12])])).toBe(true);
  });

  it('shares the difference in proportion, without losing any to rounding', () => {
    const web = deployment(20, { maxSurge: 2, maxUnavailable: 2 });
    const next = set('2', 4, 2, [10, 12]);
    const old = set('1', 8, 8, [10, 12]);
    const plan = sizes(scalingStep(web, next, [old]));
    expect((plan['1'] ?? 0) + (plan['2'] ?? 0)).toBe(22);
    expect(plan['1']).toBeGreaterThan(plan['2'] ?? 0);
  });

  it('gives everything to the only set that runs', () => {
    expect(sizes(scalingStep(deployment(7), set('2', 3), [set('1', 0)]))).toEqual({ 2: 7 });
  });

  it('scales to nothing', () => {
    const plan = sizes(
      scalingStep(deployment(0), set('2', 2, 2, [5, 6]), [set('1', 4, 4, [5, 6])]),
    );
    expect(plan).toEqual({ 1: 0, 2: 0 });
  });
});

describe('history', () => {
  it('forgets the oldest empty sets beyond the limit', () => {
    const web = deployment(1);
    web.spec.revisionHistoryLimit = 1;
    const old = [set('1', 0), set('2', 0), set('3', 0)];
    const gone = forgotten(web, old, ({ metadata }) => Number(metadata.name));
    expect(gone.map(({ metadata }) => metadata.name)).toEqual(['1', '2']);
  });

  it('keeps a set that still has pods', () => {
    const web = deployment(1);
    web.spec.revisionHistoryLimit = 0;
    expect(forgotten(web, [set('1', 1)], () => 1)).toEqual([]);
  });
});
