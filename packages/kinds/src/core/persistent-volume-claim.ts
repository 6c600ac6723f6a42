import { kind } from '../kind-module.ts';
import { claimDefaults } from './claim-defaults.ts';
import { alignSources, dropOddSource } from './claim-source.ts';
import { validateClaim, validateClaimUpdate } from './validate-claim.ts';
import { claimCells } from './volume-cells.ts';

export const persistentVolumeClaim = kind({
  group: '',
  resource: 'persistentvolumeclaims',
  cells: claimCells,
  defaults: claimDefaults,
  prepareForCreate: (object) => {
    object['status'] = { phase: 'Pending' };
    dropOddSource(object['spec']);
    alignSources(object['spec']);
  },
  validate: validateClaim,
  validateUpdate: validateClaimUpdate,
});
