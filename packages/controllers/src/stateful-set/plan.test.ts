import { describe, expect, it } from 'vitest';
import type { Pod } from '../common/pod.ts';
import { planOf } from './plan.ts';
import type { StatefulSet } from './stateful-set.ts';

const now = new Date('2026-01-01T00:00:00Z');

const set = (spec: Partial<StatefulSet['spec']>): StatefulSet => ({
  apiVersion: 'apps/v1',
  kind: 'StatefulSet',
  metadata: { name: 'db' },
  spec: { selector: {}, template: { spec: { containers: [] } }, ...spec },
});

type State = 'ready' | 'waiting' | 'failed' | 'leaving';
const pod = (ordinal: number, state: State = 'ready', hash = 'new'): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `db-${ordinal}`,
    labels: { 'controller-revision-hash': hash },
    ...(state === 'leaving' ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
  },
  spec: { containers: [] },
  status: {
    phase: state === 'failed' ? 'Failed' : 'Running',
    conditions: [{ type: 'Ready', status: state === 'ready' ? 'True' : 'False' }],
  },
});

const plan = (spec: Partial<StatefulSet['spec']>, pods: Pod[]) => {
  const { create, delete: doomed } = planOf(set(spec), pods, 'db-new', now);
  return { create, delete: doomed.map(({ metadata }) => metadata.name) };
};

describe('an ordered stateful set', () => {
  it('makes one pod at a time, each after the one before is ready', () => {
    expect(plan({ replicas: 3 }, [])).toEqual({ create: [0], delete: [] });
    expect(plan({ replicas: 3 }, [pod(0, 'waiting')])).toEqual({ create: [], delete: [] });
    expect(plan({ replicas: 3 }, [pod(0)])).toEqual({ create: [1], delete: [] });
  });

  it('makes a pod again that ended', () => {
    expect(plan({ replicas: 2 }, [pod(0, 'failed'), pod(1)])).toEqual({
      create: [],
      delete: ['db-0'],
    });
  });

  it('scales down from the highest ordinal, one at a time', () => {
    expect(plan({ replicas: 1 }, [pod(0), pod(1), pod(2)]).delete).toEqual(['db-2']);
    expect(plan({ replicas: 1 }, [pod(0), pod(1), pod(2, 'leaving')]).delete).toEqual([]);
  });

  it('updates from the highest ordinal down to the partition', () => {
    const old = [pod(0, 'ready', 'old'), pod(1, 'ready', 'old'), pod(2, 'ready', 'old')];
    expect(plan({ replicas: 3 }, old).delete).toEqual(['db-2']);
    const later = [old[0] as Pod, old[1] as Pod, pod(2)];
    expect(plan({ replicas: 3 }, later).delete).toEqual(['db-1']);
    const updateStrategy = { rollingUpdate: { partition: 2 } };
    expect(plan({ replicas: 3, updateStrategy }, later).delete).toEqual([]);
  });

  it('updates nothing by itself on delete', () => {
    const updateStrategy = { type: 'OnDelete' as const };
    expect(plan({ replicas: 1, updateStrategy }, [pod(0, 'ready', 'old')]).delete).toEqual([]);
  });

  it('begins at its first ordinal', () => {
    expect(plan({ replicas: 2, ordinals: { start: 5 } }, [pod(5)])).toEqual({
      create: [6],
      delete: [],
    });
  });
});

describe('a parallel stateful set', () => {
  const parallel = { podManagementPolicy: 'Parallel' as const };

  it('makes all pods at once', () => {
    expect(plan({ ...parallel, replicas: 3 }, []).create).toEqual([0, 1, 2]);
  });

  it('deletes all surplus pods at once', () => {
    expect(plan({ ...parallel, replicas: 1 }, [pod(0), pod(1), pod(2)]).delete).toEqual([
      'db-2',
      'db-1',
    ]);
  });

  it('updates as many at once as may be away', () => {
    const updateStrategy = { rollingUpdate: { maxUnavailable: 2 } };
    const old = [0, 1, 2, 3].map((ordinal) => pod(ordinal, 'ready', 'old'));
    expect(plan({ ...parallel, replicas: 4, updateStrategy }, old).delete).toEqual([
      'db-3',
      'db-2',
    ]);
  });
});
