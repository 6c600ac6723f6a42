import { podOwnerNameWarnings } from '../core/name-warnings.ts';
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
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  defaultPropagation: 'orphan',
  fieldSelectors: { 'status.successful': (object) => String(object['status']?.succeeded ?? 0) },
});
