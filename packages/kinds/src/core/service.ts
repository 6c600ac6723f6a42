import { kind } from '../kind-module.ts';
import { usualUpdate } from '../strategy.ts';
import { alignClusterIps, dropTypeDependent, keepAllocated } from './service-allocated.ts';
import { serviceCells } from './service-cells.ts';
import { serviceDefaults } from './service-defaults.ts';
import { serviceWarnings } from './service-warnings.ts';
import { validateService, validateServiceUpdate } from './validate-service.ts';

export const service = kind({
  group: '',
  resource: 'services',
  nameRule: 'label1035',
  allowCreateOnUpdate: true,
  cells: serviceCells,
  defaults: serviceDefaults,
  prepareForCreate: (object) => {
    delete object['status'];
    alignClusterIps(object);
  },
  prepareForUpdate: (next, old, context) => {
    usualUpdate(next, old, context);
    if (context.subresource === 'status') return;
    dropTypeDependent(next, old);
    keepAllocated(next, old);
    alignClusterIps(next, old);
  },
  warnings: serviceWarnings,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  fieldSelectors: {
    'spec.clusterIP': (object) => object['spec']?.clusterIP ?? '',
    'spec.type': (object) => object['spec']?.type ?? '',
  },
});
