import { fieldErrors, type KubeObject } from '@dormice/apimachinery';
import { type Check, isEmpty, nonNegative, oneOf } from '../checks.ts';
import type { KindContext } from '../kind.ts';
import { cronProblem } from './cron-schedule.ts';
import { validateJobSpec } from './validate-job.ts';

const { invalid, notSupported, required } = fieldErrors;

function validateSchedule(schedule: string, timeZone: string | undefined): Check {
  if (isEmpty(schedule)) return [required('spec.schedule')];
  if (schedule.includes('TZ')) {
    if (timeZone !== undefined)
      return [
        invalid(
          'spec.schedule',
          schedule,
          'cannot use both timeZone field and TZ or CRON_TZ in schedule',
        ),
      ];
    return [
      invalid(
        'spec.schedule',
        schedule,
        'cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
      ),
    ];
  }
  const problem = cronProblem(schedule);
  return problem === undefined ? [] : [invalid('spec.schedule', schedule, problem)];
}

function validateTimeZone(timeZone: string | undefined): Check {
  if (timeZone === undefined) return [];
  if (timeZone === '')
    return [invalid('spec.timeZone', timeZone, 'timeZone must be nil or non-empty string')];
  if (timeZone.toLowerCase() === 'local')
    return [
      invalid(
        'spec.timeZone',
        timeZone,
        'timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
      ),
    ];
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return [];
  } catch {
    return [invalid('spec.timeZone', timeZone, `unknown time zone ${timeZone}`)];
  }
}

const generated = '`selector` will be auto-generated';

/** Room that the controller needs for the suffix of a job's name. */
const longestName = 52;

export function validateCronJob(cronJob: KubeObject): Check {
  const { spec = {} } = cronJob as KubeObject[string];
  const { name = '' } = cronJob.metadata;
  const template = spec.jobTemplate?.spec ?? {};
  return [
    ...validateSchedule(spec.schedule, spec.timeZone),
    ...nonNegative('spec.startingDeadlineSeconds', spec.startingDeadlineSeconds),
    ...validateTimeZone(spec.timeZone),
    ...oneOf(
      'spec.concurrencyPolicy',
      spec.concurrencyPolicy,
      ['Allow', 'Forbid', 'Replace'],
      true,
    ),
    ...validateJobSpec(template, 'spec.jobTemplate.spec'),
    ...(template.selector
      ? [invalid('spec.jobTemplate.spec.selector', template.selector, generated)]
      : []),
    ...(template.manualSelector
      ? [notSupported('spec.jobTemplate.spec.manualSelector', true, ['nil', 'false'])]
      : []),
    ...nonNegative('spec.successfulJobsHistoryLimit', spec.successfulJobsHistoryLimit),
    ...nonNegative('spec.failedJobsHistoryLimit', spec.failedJobsHistoryLimit),
    ...(name.length > longestName
      ? [invalid('metadata.name', name, `must be no more than ${longestName} characters`)]
      : []),
  ];
}

export const validateCronJobUpdate = (
  next: KubeObject,
  _old: KubeObject,
  { subresource }: KindContext,
): Check => (subresource === 'status' ? [] : validateCronJob(next));
