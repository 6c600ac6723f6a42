import { kind } from '../kind-module.ts';
import { each } from '../loose.ts';
import { endpointSliceCells } from './endpoint-slice-cells.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from './validate-endpoint-slice.ts';

export const endpointSlice = kind({
  group: 'discovery.k8s.io',
  resource: 'endpointslices',
  generationOf: 'labels',
  cells: endpointSliceCells,
  defaults: (object) => {
    for (const port of each(object['ports'])) {
      port.name ??= '';
      port.protocol ??= 'TCP';
    }
  },
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
});
