import { kind } from '../kind-module.ts';
import { validateLease } from './validate-lease.ts';

export const lease = kind({
  group: 'coordination.k8s.io',
  resource: 'leases',
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  cells: { Holder: (object) => object['spec']?.holderIdentity ?? '' },
  validate: validateLease,
});
