import { podOwnerNameWarnings } from '../core/name-warnings.ts';
import { templateWarnings } from '../core/pod-warnings.ts';
import { kind } from '../kind-module.ts';
import { jobCells } from './job-cells.ts';
import { jobDefaults } from './job-defaults.ts';
import { generateJobSelector } from './job-selector.ts';
import { validateJob, validateJobUpdate } from './validate-job.ts';

export const job = kind({
  group: 'batch',
  resource: 'jobs',
  warningsOnCreate: podOwnerNameWarnings,
  cells: jobCells,
  defaults: jobDefaults,
  prepareForCreate: generateJobSelector,
  warnings: templateWarnings,
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  defaultPropagation: 'orphan',
  warningOnDelete:
    'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  unknownField: (field) => `field label ${JSON.stringify(field)} not supported for Job`,
  fieldSelectors: { 'status.successful': (object) => String(object['status']?.succeeded ?? 0) },
});
