import { kind } from '../kind-module.ts';
import { secretDefaults } from './secret-defaults.ts';
import { validateSecret, validateSecretUpdate } from './validate-config.ts';

export const secret = kind({
  group: '',
  resource: 'secrets',
  cells: {
    Type: (object) => object['type'] ?? '',
    Data: (object) => Object.keys(object['data'] ?? {}).length,
  },
  defaults: secretDefaults,
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
  fieldSelectors: { type: (object) => object['type'] ?? '' },
});
