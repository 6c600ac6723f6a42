import type { KubeObject } from '@dormice/apimachinery';
import { kind } from '../kind-module.ts';
import { each } from '../loose.ts';
import { countChange } from '../strategy.ts';
import { endpointSliceCells } from './endpoint-slice-cells.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from './validate-endpoint-slice.ts';

/** Topology of before v1 cannot be written through v1. */
function dropTopology(slice: KubeObject): void {
  for (const endpoint of each(slice['endpoints'])) delete endpoint.deprecatedTopology;
}

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
  prepareForCreate: dropTopology,
  prepareForUpdate: (next, old) => {
    countChange(next, old, 'endpoints');
    dropTopology(next);
  },
  warnings: (slice) =>
    slice['addressType'] === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : [],
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
});
