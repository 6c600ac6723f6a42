import { describe, expect, it } from 'vitest';
import { outcomesOf } from './outcome.ts';

const spec = (state: string, message?: string) => ({
  LeafNodeType: 'It',
  LeafNodeText: 'works [Conformance]',
  ContainerHierarchyTexts: ['[sig-node] Lease'],
  State: state,
  RunTime: 1.5e9,
  ...(message === undefined ? {} : { Failure: { Message: message } }),
});

describe('outcomes', () => {
  it('are those of specs that ran, with the first line of the failure', () => {
    const report = [
      { SpecReports: [spec('skipped'), { ...spec('passed'), LeafNodeType: 'BeforeSuite' }] },
      { SpecReports: [spec('passed'), spec('failed', '\nexpected a | b\nmore')] },
      { SpecReports: null },
    ];
    expect(outcomesOf(report)).toEqual([
      {
        spec: '[sig-node] Lease works [Conformance]',
        sig: 'sig-node',
        passed: true,
        seconds: 1.5,
        reason: '',
      },
      expect.objectContaining({ passed: false, reason: 'expected a \\| b' }),
    ]);
  });
});
