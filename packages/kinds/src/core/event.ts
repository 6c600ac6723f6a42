import type { KubeObject } from '@dormice/apimachinery';
import { kind } from '../kind-module.ts';
import { eventCells } from './event-cells.ts';
import { validateEvent } from './validate-event.ts';

/** Field selectors of events, on the core form. */
export const eventFields: Readonly<Record<string, (event: KubeObject) => string>> = {
  ...Object.fromEntries(
    ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
      (field) => [
        `involvedObject.${field}`,
        (event: KubeObject) => event['involvedObject']?.[field] ?? '',
      ],
    ),
  ),
  reason: (event) => event['reason'] ?? '',
  reportingComponent: (event) => event['reportingComponent'] ?? '',
  source: (event) => event['source']?.component || event['reportingComponent'] || '',
  type: (event) => event['type'] ?? '',
};

export const event = kind({
  group: '',
  resource: 'events',
  nameRule: 'any',
  allowCreateOnUpdate: true,
  cells: eventCells,
  fieldSelectors: eventFields,
  validate: validateEvent,
});
