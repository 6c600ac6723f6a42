import { kind } from '../kind-module.ts';
import { usualUpdate } from '../strategy.ts';
import { claimDefaults } from './claim-defaults.ts';
import { alignSources, dropOddSource } from './claim-source.ts';
import { fractions } from './pod-warnings.ts';
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
  prepareForUpdate: (next, old, context) => {
    usualUpdate(next, old, context);
    if (context.subresource === 'status') return;
    dropOddSource(next['spec'], old['spec']);
    alignSources(next['spec']);
  },
  warnings: ({ spec }) => [
    ...fractions(spec?.resources?.requests, 'spec.resources.requests', ['storage']),
    ...fractions(spec?.resources?.limits, 'spec.resources.limits', ['storage']),
  ],
  validate: validateClaim,
  validateUpdate: validateClaimUpdate,
});
