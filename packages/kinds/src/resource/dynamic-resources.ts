import type { KubeObject } from '@dormice/apimachinery';
import { kind } from '../kind-module.ts';
import { each, type Loose } from '../loose.ts';
import { countChange, dropStatus, usualUpdate } from '../strategy.ts';
import {
  dropFromClaim,
  dropFromClass,
  dropFromSlice,
  dropFromTemplate,
} from './disabled-fields.ts';
import {
  validateClaimTemplate,
  validateClaimTemplateUpdate,
  validateResourceClaim,
  validateResourceClaimUpdate,
} from './validate-claim.ts';
import {
  validateDeviceClass,
  validateResourceSlice,
  validateResourceSliceUpdate,
} from './validate-slice.ts';

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

/** How many devices: one, unless it says otherwise. */
function deviceDefaults(request: Loose): void {
  if (!request) return;
  request.allocationMode ||= 'ExactCount';
  if (request.allocationMode === 'ExactCount') request.count ||= 1;
}

function requestDefaults(devices: Loose): void {
  for (const request of each(devices?.requests)) {
    deviceDefaults(request.exactly);
    each(request.firstAvailable).forEach(deviceDefaults);
  }
}

export const resourceClaim = kind({
  group,
  resource: 'resourceclaims',
  statusKeeps: 'metadata',
  generation: false,
  cells: { State: claimState },
  defaults: (claim) => requestDefaults(claim['spec']?.devices),
  prepareForCreate: (claim) => {
    dropStatus(claim);
    dropFromClaim(claim);
  },
  prepareForUpdate: (next, old, context) => {
    dropFromClaim(next);
    usualUpdate(next, old, context);
  },
  validate: validateResourceClaim,
  validateUpdate: validateResourceClaimUpdate,
});

export const resourceClaimTemplate = kind({
  group,
  resource: 'resourceclaimtemplates',
  defaults: (template) => requestDefaults(template['spec']?.spec?.devices),
  prepareForCreate: dropFromTemplate,
  prepareForUpdate: dropFromTemplate,
  validate: validateClaimTemplate,
  validateUpdate: validateClaimTemplateUpdate,
});

export const deviceClass = kind({
  group,
  resource: 'deviceclasses',
  nameRule: 'declared',
  prepareForCreate: dropFromClass,
  prepareForUpdate: dropFromClass,
  validate: validateDeviceClass,
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
  unknownField: (field) =>
    `field label not supported for resource.k8s.io/v1, Kind=ResourceSlice: ${field}`,
  prepareForCreate: dropFromSlice,
  prepareForUpdate: (next, old) => {
    countChange(next, old, 'spec');
    dropFromSlice(next);
  },
  validate: validateResourceSlice,
  validateUpdate: validateResourceSliceUpdate,
});
