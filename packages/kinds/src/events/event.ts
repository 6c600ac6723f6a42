import type { KubeObject } from '@dormice/apimachinery';
import { event as coreEvent, eventFields } from '../core/event.ts';
import { eventFromCore, eventToCore } from '../core/event-conversion.ts';
import { validateNewEvent, validateNewEventUpdate } from '../core/validate-event.ts';
import { type Cell, kind } from '../kind-module.ts';

const coreCells: Readonly<Record<string, Cell>> = coreEvent.cells ?? {};

const fields = Object.fromEntries(
  Object.entries(eventFields).map(([name, value]) => [
    name
      .replace('involvedObject.', 'regarding.')
      .replace('reportingComponent', 'reportingController'),
    (event: KubeObject) => value(eventToCore(event)),
  ]),
);

export const event = kind({
  group: 'events.k8s.io',
  resource: 'events',
  allowCreateOnUpdate: true,
  storage: {
    group: '',
    resource: 'events',
    version: 'v1',
    toStorage: eventToCore,
    fromStorage: eventFromCore,
  },
  cells: Object.fromEntries(
    Object.entries(coreCells).map(([name, cell]) => [
      name,
      (object: KubeObject) => cell(eventToCore(object)),
    ]),
  ),
  fieldSelectors: fields,
  validate: validateNewEvent,
  validateUpdate: validateNewEventUpdate,
});
