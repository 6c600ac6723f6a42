import { describe, expect, it } from 'vitest';
import { errorLinesOf } from './error-lines.ts';

describe('kinds of error lines', () => {
  it('are the same for other objects, times and revisions', () => {
    const log = [
      'I1123 23:19:52.123456    12 a.go:1] "Started"',
      'E1123 23:19:52.123456    12 job.go:7] "Failed" err="pods \\"job-round-3-x7k2p\\" at 17" uid="24287b6c-c292-477e-a6e8-b3ffed8d81dc"',
      'E1123 23:20:52.654321    13 job.go:9] "Failed" err="pods \\"job-round-4-aaaaa\\" at 18" uid="ef63491d-66c5-4114-9ff4-c674582f272e"',
    ].join('\n');
    expect(errorLinesOf(log)).toEqual(['E job.go] "Failed" err="pods \\"NAME\\" at 0" uid="UID"']);
  });

  it('are one for what is gone, whichever controller meets it', () => {
    const log = [
      'E1123 23:19:52.123456    12 a.go:7] "Unhandled Error" err="error storing &v1.DaemonSet{X:v1.Y{}}: daemonsets.apps \\"live-round-3\\" not found"',
      'E1123 23:19:53.123456    12 b.go:9] "Failed" err="sync \\"x\\" failed with replicasets.apps \\"live-round-4-x\\" not found"',
    ].join('\n');
    expect(errorLinesOf(log)).toEqual(['E (an object is gone)']);
  });
});
