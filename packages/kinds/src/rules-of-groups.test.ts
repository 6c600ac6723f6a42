import { deepClone, formatFieldError, type KubeObject } from '@dormice/apimachinery';
import { describe, expect, it } from 'vitest';
import { kindOf } from './builtin-kinds.ts';
import type { Loose } from './loose.ts';

const context = { now: new Date('2026-01-01T00:00:00Z'), uuid: () => 'u', subresource: '' };

/** What a create of the object is refused for; expectations are a kube-apiserver's answers. */
function problems(group: string, kind: string, body: Record<string, unknown>): string[] {
  const row = kindOf(group, 'v1', kind);
  const object = { apiVersion: `${group}/v1`, kind, metadata: { name: 'x' }, ...deepClone(body) };
  row?.defaults?.(object as Loose);
  row?.prepareForCreate?.(object as Loose, context);
  return (row?.validate?.(object as unknown as KubeObject, context) ?? []).map(formatFieldError);
}

describe('dynamic resources', () => {
  const claim = (request: object) =>
    problems('resource.k8s.io', 'ResourceClaim', { spec: { devices: { requests: [request] } } });

  it('a request is exact or has alternatives', () => {
    expect(claim({ name: 'r' })).toEqual([
      'spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required',
    ]);
    expect(claim({ name: 'r', exactly: { deviceClassName: 'c' } })).toEqual([]);
  });

  it('all devices are not counted', () => {
    expect(
      claim({ name: 'r', exactly: { deviceClassName: 'c', allocationMode: 'All', count: 2 } }),
    ).toEqual([
      "spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'",
    ]);
  });

  it('a slice says where its devices are', () => {
    expect(
      problems('resource.k8s.io', 'ResourceSlice', {
        spec: { driver: 'a.example', pool: { name: 'p', resourceSliceCount: 1 } },
      }),
    ).toEqual([
      'spec: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required',
    ]);
  });
});

describe('flow control', () => {
  it('only the schema `exempt` may come first', () => {
    expect(
      problems('flowcontrol.apiserver.k8s.io', 'FlowSchema', {
        spec: { matchingPrecedence: 1, priorityLevelConfiguration: { name: 'a' } },
      }),
    ).toEqual([
      "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
    ]);
  });

  it('a hand is not larger than its deck', () => {
    expect(
      problems('flowcontrol.apiserver.k8s.io', 'PriorityLevelConfiguration', {
        spec: {
          type: 'Limited',
          limited: { limitResponse: { type: 'Queue', queuing: { queues: 4, handSize: 8 } } },
        },
      }),
    ).toEqual([
      'spec.limited.limitResponse.queuing.handSize: Invalid value: 8: should not be greater than queues (4)',
    ]);
  });
});

describe('quotas and limits', () => {
  it('a scope must fit what is limited', () => {
    expect(
      problems('', 'ResourceQuota', { spec: { hard: { cpu: '1' }, scopes: ['BestEffort'] } }),
    ).toEqual([
      'spec.scopes: Invalid value: ["BestEffort"]: unsupported scope applied to resource',
    ]);
  });

  it('a default is not above the maximum', () => {
    expect(
      problems('', 'LimitRange', {
        spec: { limits: [{ type: 'Container', default: { cpu: '2' }, max: { cpu: '1' } }] },
      }),
    ).toContain(
      'spec.limits[0].default[cpu]: Invalid value: "1": default value 2 is greater than max value 1',
    );
  });
});
