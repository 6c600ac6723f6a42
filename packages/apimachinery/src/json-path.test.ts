import { describe, expect, it } from 'vitest';
import { jsonPath } from './json-path.ts';

const object = {
  metadata: { labels: { 'a.b/c': 'x' } },
  spec: { replicas: 3, zero: 0, no: false, nul: null },
  status: {
    conditions: [
      { type: 'Ready', status: 'True', weight: 1 },
      { type: 'Available', status: 'False', weight: 5 },
    ],
  },
};

describe('jsonPath', () => {
  it.each<readonly [string, unknown[]]>([
    ['.spec.replicas', [3]],
    ['spec.replicas', [3]],
    ['{.spec.replicas}', [3]],
    ['$.spec.replicas', [3]],
    ['.spec.zero', [0]],
    ['.spec.no', [false]],
    ['.spec.nul', [null]],
    ['.spec.missing', []],
    ['.spec.replicas.deeper', []],
    ['.spec.constructor', []],
    [".metadata.labels['a.b/c']", ['x']],
    ['.metadata.labels.a\\.b/c', ['x']],
    ['.status.conditions[0].type', ['Ready']],
    ['.status.conditions[-1].type', ['Available']],
    ['.status.conditions[9].type', []],
    ['.status.conditions[*].type', ['Ready', 'Available']],
    ['.status.conditions[?(@.type=="Ready")].status', ['True']],
    [".status.conditions[?(@.type=='Available')].status", ['False']],
    ['.status.conditions[?(@.type!="Ready")].type', ['Available']],
    ['.status.conditions[?(@.weight > 2)].type', ['Available']],
    ['.status.conditions[?(@.weight)].type', ['Ready', 'Available']],
    ['.status.conditions[?(@.type=="None")].status', []],
  ])('%s', (expression, expected) => {
    expect(jsonPath(expression)(object)).toEqual(expected);
  });

  it.each(['.a[', '.a[?(x)]', '.a[b]'])('refuses %s and says where', (expression) => {
    expect(() => jsonPath(expression)).toThrow(/invalid JSONPath .* at /);
  });

  it('finds nothing in what is no object', () => {
    expect(jsonPath('.a')(undefined)).toEqual([]);
    expect(jsonPath('.a')('text')).toEqual([]);
  });
});
