import type { KubeObject } from '@dormice/apimachinery';
import { kind } from '../kind-module.ts';
import { validateLease } from './validate-lease.ts';

/** Coordinated leader election is off by default: its fields are taken away without a word. */
function dropCoordination(object: KubeObject): void {
  delete object['spec']?.strategy;
  delete object['spec']?.preferredHolder;
}

export const lease = kind({
  group: 'coordination.k8s.io',
  resource: 'leases',
  allowCreateOnUpdate: true,
  allowUnconditionalUpdate: false,
  cells: { Holder: (object) => object['spec']?.holderIdentity ?? '' },
  prepareForCreate: dropCoordination,
  prepareForUpdate: dropCoordination,
  validate: validateLease,
});
