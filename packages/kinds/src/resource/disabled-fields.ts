import type { KubeObject } from '@dormice/apimachinery';
import { each, type Loose } from '../loose.ts';

/** Fields of features that are off by default in 1.35: upstream takes them away without a word. */
const disabled = {
  request: ['tolerations', 'capacity'],
  constraint: ['distinctAttribute'],
  class: ['extendedResourceName'],
  slice: ['sharedCounters', 'perDeviceNodeSelection'],
  device: [
    'consumesCounters',
    'nodeName',
    'nodeSelector',
    'allNodes',
    'taints',
    'bindsToNode',
    'bindingConditions',
    'bindingFailureConditions',
    'allowMultipleAllocations',
  ],
} as const;

function drop(holder: Loose, fields: readonly string[]): void {
  for (const field of fields) delete holder?.[field];
}

function dropFromDevices(devices: Loose): void {
  for (const request of each(devices?.requests)) {
    drop(request.exactly, disabled.request);
    for (const one of each(request.firstAvailable)) drop(one, disabled.request);
  }
  for (const constraint of each(devices?.constraints)) drop(constraint, disabled.constraint);
}

export const dropFromClaim = (claim: KubeObject): void => dropFromDevices(claim['spec']?.devices);

export const dropFromTemplate = (template: KubeObject): void =>
  dropFromDevices(template['spec']?.spec?.devices);

export const dropFromClass = (object: KubeObject): void => drop(object['spec'], disabled.class);

export function dropFromSlice(slice: KubeObject): void {
  drop(slice['spec'], disabled.slice);
  for (const device of each(slice['spec']?.devices)) {
    drop(device, disabled.device);
    for (const capacity of Object.values(device.capacity ?? {}))
      drop(capacity as Loose, ['requestPolicy']);
  }
}
