import { describe, expect, it } from 'vitest';
import type { Pod } from '../common/pod.ts';
import { type EndpointSlice, planSlices } from './endpoint-slices.ts';
import type { Service } from './service.ts';

const service = (spec: Partial<Service['spec']> = {}): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace: 'a', uid: 'u' },
  spec: { clusterIP: '10.0.0.1', ipFamilies: ['IPv4'], ports: [{ port: 80 }], ...spec },
});

const pod = (
  at: number,
  more: { ready?: boolean; leaving?: boolean; port?: number } = {},
): Pod => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: {
    name: `web-${at}`,
    namespace: 'a',
    uid: `uid-${at}`,
    ...(more.leaving ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
  },
  spec: {
    nodeName: 'n',
    containers: [{ name: 'web', ports: [{ name: 'http', containerPort: more.port ?? 8080 }] }],
  },
  status: {
    phase: 'Running',
    podIP: `10.1.${Math.floor(at / 250)}.${at % 250}`,
    conditions: [{ type: 'Ready', status: more.ready === false ? 'False' : 'True' }],
  },
});

const pods = (count: number): Pod[] => Array.from({ length: count }, (_, at) => pod(at));
const stored = (slices: EndpointSlice[]): EndpointSlice[] =>
  slices.map((slice, at) => ({ ...slice, metadata: { ...slice.metadata, name: `web-${at}` } }));
const counts = (slices: EndpointSlice[]) => slices.map(({ endpoints }) => endpoints?.length);

describe('endpoint slices', () => {
  it('of a service without pods are one empty one', () => {
    expect(counts(planSlices(service(), [], []).create)).toEqual([0]);
  });

  it('hold a hundred endpoints each', () => {
    expect(counts(planSlices(service(), pods(250), []).create)).toEqual([100, 100, 50]);
  });

  it('do not change when nothing did', () => {
    const made = stored(planSlices(service(), pods(150), []).create);
    expect(planSlices(service(), pods(150), made)).toEqual({ create: [], update: [], delete: [] });
  });

  it('change only where a pod changed', () => {
    const made = stored(planSlices(service(), pods(150), []).create);
    const plan = planSlices(service(), pods(150).with(120, pod(120, { ready: false })), made);
    expect(plan.update.map(({ metadata }) => metadata.name)).toEqual(['web-1']);
    expect(plan.create).toEqual([]);
  });

  it('tell serving and terminating pods apart', () => {
    const { create } = planSlices(service(), [pod(1, { leaving: true })], []);
    expect(create[0]?.endpoints?.[0]?.conditions).toEqual({
      ready: false,
      serving: true,
      terminating: true,
    });
  });

  it('are apart for pods whose named port has another number', () => {
    const ports = [{ name: 'http', port: 80, targetPort: 'http' }];
    const { create } = planSlices(service({ ports }), [pod(1), pod(2, { port: 9090 })], []);
    expect(create.map((slice) => slice.ports?.[0]?.port)).toEqual([8080, 9090]);
  });

  it('are used again when the ports change', () => {
    const made = stored(planSlices(service(), pods(1), []).create);
    const plan = planSlices(service({ ports: [{ port: 81 }] }), pods(1), made);
    expect({ create: plan.create.length, delete: plan.delete.length }).toEqual({
      create: 0,
      delete: 0,
    });
    expect(plan.update[0]?.metadata.name).toBe('web-0');
    expect(plan.update[0]?.ports?.[0]?.port).toBe(81);
  });
});
