import { kind } from '../kind-module.ts';
import { validateDisruptionBudget } from './validate-disruption-budget.ts';

const orNone = (value: unknown): string =>
  value === undefined || value === null ? 'N/A' : String(value);

export const podDisruptionBudget = kind({
  group: 'policy',
  resource: 'poddisruptionbudgets',
  nameRule: 'any',
  allowUnconditionalUpdate: false,
  cells: {
    'Min Available': (object) => orNone(object['spec']?.minAvailable),
    'Max Unavailable': (object) => orNone(object['spec']?.maxUnavailable),
    'Allowed Disruptions': (object) => object['status']?.disruptionsAllowed ?? 0,
  },
  validate: validateDisruptionBudget,
});
