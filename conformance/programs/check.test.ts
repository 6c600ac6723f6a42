import { describe, expect, it } from 'vitest';
import { parseResults } from './check.ts';

describe('lines of the Go programs', () => {
  it('are read as results; other lines are left out', () => {
    const output = 'PASS v1 Pod\nI1123 log\nFAIL apply: typed: got 1, want 2\n1 passed, 1 failed\n';
    expect(parseResults(output)).toEqual([
      { name: 'v1 Pod', failure: '' },
      { name: 'apply: typed', failure: 'got 1, want 2' },
    ]);
  });
});
