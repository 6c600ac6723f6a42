import type { KubeObject } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import { showCell } from '../elapsed.ts';
import { podCells } from './pod-cells.ts';
import { summarizePod } from './pod-summary.ts';

function pod(body: object, metadata: KubeObject['metadata'] = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'p', ...metadata }, ...body };
}
const spec = { containers: [{ name: 'a' }, { name: 'b' }] };
const running = (name: string, more: object = {}) => ({
  name,
  ready: true,
  restartCount: 0,
  state: { running: {} },
  ...more,
});

describe('what kubectl says of a pod', () => {
  it.each<[string, KubeObject, string]>([
    ['pending', pod({ spec, status: { phase: 'Pending' } }), '0/2 Pending'],
    [
      'running',
      pod({ spec, status: { phase: 'Running', containerStatuses: [running('a'), running('b')] } }),
      '2/2 Running',
    ],
    [
      'one container in a crash loop',
      pod({
        spec,
        status: {
          phase: 'Running',
          containerStatuses: [
            running('a'),
            { name: 'b', restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } },
          ],
        },
      }),
      '1/2 CrashLoopBackOff',
    ],
    [
      'killed by a signal without reason',
      pod({
        spec,
        status: {
          phase: 'Failed',
          containerStatuses: [{ name: 'a', state: { terminated: { exitCode: 137, signal: 9 } } }],
        },
      }),
      '0/2 Signal:9',
    ],
    [
      'one done, one still running and ready',
      pod({
        spec,
        status: {
          phase: 'Running',
          conditions: [{ type: 'Ready', status: 'True' }],
          containerStatuses: [
            { name: 'a', state: { terminated: { exitCode: 0, reason: 'Completed' } } },
            running('b'),
          ],
        },
      }),
      '1/2 Running',
    ],
    [
      'waiting for its second init container',
      pod({
        spec: { ...spec, initContainers: [{ name: 'i' }, { name: 'j' }] },
        status: {
          phase: 'Pending',
          initContainerStatuses: [
            { name: 'i', state: { terminated: { exitCode: 0 } } },
            { name: 'j', state: { running: {} } },
          ],
        },
      }),
      '0/2 Init:1/2',
    ],
    [
      'failing init container',
      pod({
        spec: { ...spec, initContainers: [{ name: 'i' }] },
        status: {
          phase: 'Pending',
          initContainerStatuses: [{ name: 'i', state: { terminated: { exitCode: 2 } } }],
        },
      }),
      '0/2 Init:ExitCode:2',
    ],
    [
      'a sidecar counts as a container',
      pod({
        spec: { ...spec, initContainers: [{ name: 'i', restartPolicy: 'Always' }] },
        status: {
          phase: 'Running',
          conditions: [{ type: 'Initialized', status: 'True' }],
          initContainerStatuses: [running('i', { started: true })],
          containerStatuses: [running('a'), running('b')],
        },
      }),
      '3/3 Running',
    ],
    [
      'on its way out',
      pod(
        { spec, status: { phase: 'Running', containerStatuses: [running('a'), running('b')] } },
        { deletionTimestamp: '2026-01-01T00:00:00Z' },
      ),
      '2/2 Terminating',
    ],
    [
      'held by scheduling gates',
      pod({
        spec,
        status: {
          phase: 'Pending',
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
        },
      }),
      '0/2 SchedulingGated',
    ],
    ['evicted', pod({ spec, status: { phase: 'Failed', reason: 'Evicted' } }), '0/2 Evicted'],
  ])('%s', (_, object, expected) => {
    const { ready, total, status } = summarizePod(object);
    expect(`${ready}/${total} ${status}`).toBe(expected);
  });

  it('says when a container was restarted last', () => {
    const object = pod({
      spec,
      status: {
        phase: 'Running',
        containerStatuses: [
          running('a', {
            restartCount: 2,
            lastState: { terminated: { finishedAt: '2026-01-01T00:00:00Z' } },
          }),
          running('b'),
        ],
      },
    });
    const cell = podCells['Restarts']?.(object);
    expect(showCell(cell, new Date('2026-01-01T00:05:00Z'))).toBe('2 (5m ago)');
  });
});
