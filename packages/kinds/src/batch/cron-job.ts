import { podOwnerNameWarnings } from '../core/name-warnings.ts';
import { cronJobWarnings } from '../core/pod-warnings.ts';
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
  warnings: cronJobWarnings,
  validate: validateCronJob,
  validateUpdate: validateCronJobUpdate,
});
