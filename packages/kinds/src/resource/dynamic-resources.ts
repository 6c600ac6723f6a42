import type { KubeObject } from '@dormice/apimachinery';
import { kind } from '../kind-module.ts';

const group = 'resource.k8s.io';

function claimState(claim: KubeObject): string {
  const words: string[] = [];
  if (claim.metadata.deletionTimestamp) words.push('deleted');
  const status = claim['status'] ?? {};
  if (status.allocation) {
    words.push('allocated');
    if ((status.reservedFor ?? []).length > 0) words.push('reserved');
  } else if (words.length === 0) words.push('pending');
  return words.join(',');
}

export const resourceClaim = kind({
  group,
  resource: 'resourceclaims',
  statusKeeps: 'metadata',
  generation: false,
  cells: { State: claimState },
});

export const resourceSlice = kind({
  group,
  resource: 'resourceslices',
  cells: {
    Node: (slice) => slice['spec']?.nodeName ?? '',
    Driver: (slice) => slice['spec']?.driver ?? '',
    Pool: (slice) => slice['spec']?.pool?.name ?? '',
  },
  fieldSelectors: {
    'spec.nodeName': (slice) => slice['spec']?.nodeName ?? '',
    'spec.driver': (slice) => slice['spec']?.driver ?? '',
  },
});
