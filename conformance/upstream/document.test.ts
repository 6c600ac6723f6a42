import { describe, expect, it } from 'vitest';
import { withResults } from './document.ts';

describe('the document of upstream conformance', () => {
  it('gets new results in the place of the old ones', () => {
    const outcome = { sig: 'sig-node', seconds: 1, reason: '' };
    const text = withResults('# A\n<!-- results -->\nold\n<!-- end -->\n\nB\n', {
      outcomes: [
        { ...outcome, spec: '[sig-node] a', passed: true },
        { ...outcome, spec: '[sig-node] b', passed: false, reason: 'no' },
      ],
      withContainers: new Map([['sig-apps', 3]]),
      when: '2026-01-02',
    });
    expect(text).toBe(`# A
<!-- results -->

2026-01-02: **1 of 2** passed.

| SIG | passed | failed | need containers, not run |
| --- | --- | --- | --- |
| sig-apps | 0 | 0 | 3 |
| sig-node | 1 | 1 | 0 |
| all | 1 | 1 | 3 |

| failing spec | what the suite says |
| --- | --- |
| [sig-node] b | no |

<!-- end -->

B
`);
  });
});
