import { podOwnerNameWarnings } from '../core/name-warnings.ts';
import { kind } from '../kind-module.ts';
import { cronJobCells } from './job-cells.ts';
import { cronJobDefaults } from './job-defaults.ts';
import { validateCronJob, validateCronJobUpdate } from './validate-cron-job.ts';

export const cronJob = kind({
  group: 'batch',
  resource: 'cronjobs',
  warningsOnCreate: podOwnerNameWarnings,
  cells: cronJobCells,
  defaults: cronJobDefaults,
  validate: validateCronJob,
  validateUpdate: validateCronJobUpdate,
});
