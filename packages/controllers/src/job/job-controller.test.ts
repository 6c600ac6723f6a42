import type { KubeObject } from '@dormice/apimachinery';
import { resources } from '@dormice/client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Pod } from '../common/pod.ts';
import { type ControllerEngine, createControllerEngine } from '../engine.ts';
import { MemoryCluster } from '../testing/memory-cluster.ts';
import { formatRanges, parseRanges } from './index-ranges.ts';
import type { Job } from './job.ts';
import { jobController } from './job-controller.ts';

const namespace = 'default';
const job = (spec: object): KubeObject => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name: 'sum', namespace },
  spec: {
    parallelism: 1,
    completions: 1,
    backoffLimit: 6,
    selector: { matchLabels: { job: 'sum' } },
    template: {
      metadata: { labels: { job: 'sum' } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'sum' }] },
    },
    ...spec,
  },
});

describe('job controller', () => {
  let cluster: MemoryCluster;
  let engine: ControllerEngine;
  let now: Date;

  beforeEach(async () => {
    now = new Date('2026-01-01T00:00:00Z');
    cluster = new MemoryCluster(() => now);
    engine = createControllerEngine({ controllers: [jobController], now: () => now });
    await engine.attach(cluster);
  });
  afterEach(() => engine.close());

  const pods = () => cluster.all<Pod>(resources.pods);
  const active = () => pods().filter(({ status }) => status?.phase === undefined);
  const read = () => cluster.all<Job>(resources.jobs)[0] as Job;
  const conditions = () =>
    read().status?.conditions?.flatMap(({ type, status, reason }) =>
      status === 'True' ? [`${type} ${reason}`] : [],
    );
  const end = async (pod: Pod | undefined, phase: 'Succeeded' | 'Failed', exitCode = 0) => {
    const containerStatuses = [
      { name: 'sum', state: { terminated: { exitCode, finishedAt: now.toISOString() } } },
    ];
    const status = { phase, containerStatuses };
    await cluster.client.update(
      resources.pods,
      { ...(pod as Pod), status },
      { subresource: 'status' },
    );
    await engine.idle();
  };
  /** Lets the delay after a failure pass. */
  const later = async (seconds: number) => {
    now = new Date(now.getTime() + seconds * 1000);
    const patch = { metadata: { annotations: { now: now.toISOString() } } };
    await cluster.client.patch(resources.jobs, 'sum', patch, { namespace, type: 'merge' });
    await engine.idle();
  };

  it('replaces a failed pod after a delay that doubles, and fails at the limit', async () => {
    await cluster.client.create(resources.jobs, job({ backoffLimit: 1 }));
    await engine.idle();
    await end(active()[0], 'Failed', 1);
    expect(active()).toHaveLength(0);
    expect(read().status?.failed).toBe(1);
    await later(11);
    expect(active()).toHaveLength(1);
    await end(active()[0], 'Failed', 1);
    await later(1);
    expect(conditions()).toEqual([
      'FailureTarget BackoffLimitExceeded',
      'Failed BackoffLimitExceeded',
    ]);
    expect(read().status?.failed).toBe(2);
  });

  it('counts a pod once, though it is deleted after it ended', async () => {
    await cluster.client.create(resources.jobs, job({ completions: 2 }));
    await engine.idle();
    const [first] = active();
    await end(first, 'Succeeded');
    await cluster.client.delete(resources.pods, first?.metadata.name ?? '', { namespace });
    await engine.idle();
    expect(read().status).toMatchObject({ succeeded: 1, active: 1 });
    await end(active()[0], 'Succeeded');
    await later(1);
    expect(read().status).toMatchObject({ succeeded: 2, uncountedTerminatedPods: {} });
    expect(conditions()).toEqual([
      'SuccessCriteriaMet CompletionsReached',
      'Complete CompletionsReached',
    ]);
  });

  it('stops its pods when it is suspended, and goes on when it is resumed', async () => {
    await cluster.client.create(resources.jobs, job({ parallelism: 2, completions: 2 }));
    await engine.idle();
    const suspend = async (value: boolean) => {
      const options = { namespace, type: 'merge' } as const;
      await cluster.client.patch(resources.jobs, 'sum', { spec: { suspend: value } }, options);
      await engine.idle();
    };
    await suspend(true);
    expect(pods()).toHaveLength(0);
    expect(conditions()).toEqual(['Suspended JobSuspended']);
    expect(read().status?.startTime).toBeUndefined();
    now = new Date(now.getTime() + 60_000);
    await suspend(false);
    await later(60);
    expect(active()).toHaveLength(2);
    expect(conditions()).toEqual([]);
  });

  it('fails when it is active for too long', async () => {
    await cluster.client.create(resources.jobs, job({ activeDeadlineSeconds: 30 }));
    await engine.idle();
    await later(31);
    expect(conditions()).toEqual(['FailureTarget DeadlineExceeded', 'Failed DeadlineExceeded']);
    expect(pods()).toHaveLength(0);
  });

  it('fails at once, or ignores, by its pod failure policy', async () => {
    const rules = [
      { action: 'Ignore', onExitCodes: { operator: 'In', values: [3] } },
      { action: 'FailJob', onExitCodes: { operator: 'In', values: [42] } },
    ];
    const spec = { backoffLimit: 0, podFailurePolicy: { rules }, podReplacementPolicy: 'Failed' };
    await cluster.client.create(resources.jobs, job(spec));
    await engine.idle();
    await end(active()[0], 'Failed', 3);
    await later(11);
    expect(read().status?.failed ?? 0).toBe(0);
    await end(active()[0], 'Failed', 42);
    await later(1);
    expect(conditions()).toEqual(['FailureTarget PodFailurePolicy', 'Failed PodFailurePolicy']);
  });

  it('is deleted when its time to live is over', async () => {
    await cluster.client.create(resources.jobs, job({ ttlSecondsAfterFinished: 10 }));
    await engine.idle();
    await end(active()[0], 'Succeeded');
    await later(1);
    expect(conditions()).toContain('Complete CompletionsReached');
    await later(11);
    expect(read().metadata.deletionTimestamp).toBeDefined();
  });

  it('lets the pods of a deleted job go', async () => {
    await cluster.client.create(resources.jobs, job({}));
    await engine.idle();
    await cluster.client.delete(resources.jobs, 'sum', { namespace });
    await engine.idle();
    expect(pods()[0]?.metadata.finalizers).toEqual([]);
  });
});

describe('index ranges', () => {
  it.each(['', '0', '0,1', '0-2', '1,3-5,7', '0,1,3,4'])('%j is read and written alike', (text) => {
    expect(formatRanges(parseRanges(text))).toBe(text);
  });
});
