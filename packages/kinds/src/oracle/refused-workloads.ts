import {
  container,
  cronJob,
  deployment,
  job,
  labels,
  type OracleCase,
  object,
  selector,
  template,
} from './builders.ts';

/** What makes pods, and is refused. */
export const refusedWorkloads: readonly OracleCase[] = [
  { name: 'deployment without selector', object: deployment({ selector: undefined }) },
  { name: 'deployment with an empty selector', object: deployment({ selector: {} }) },
  {
    name: 'deployment whose selector misses',
    object: deployment({ selector: { matchLabels: { app: 'other' } } }),
  },
  { name: 'deployment with negative replicas', object: deployment({ replicas: -1 }) },
  {
    name: 'deployment with nothing to roll',
    object: deployment({ strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
  },
  {
    name: 'deployment with a bad percentage',
    object: deployment({ strategy: { rollingUpdate: { maxSurge: 'x', maxUnavailable: '200%' } } }),
  },
  { name: 'deployment with a bad strategy', object: deployment({ strategy: { type: 'Foo' } }) },
  {
    name: 'deployment that recreates and rolls',
    object: deployment({ strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
  },
  {
    name: 'deployment with a short deadline',
    object: deployment({ minReadySeconds: 700 }),
  },
  {
    name: 'deployment of pods that end',
    object: deployment({
      template: {
        metadata: { labels },
        spec: { containers: [container], restartPolicy: 'Never', activeDeadlineSeconds: 5 },
      },
    }),
  },
  {
    name: 'daemon set with nothing to roll',
    object: object('apps/v1', 'DaemonSet', {
      spec: {
        selector,
        template,
        updateStrategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } },
      },
    }),
  },
  {
    name: 'stateful set with bad policies',
    object: object('apps/v1', 'StatefulSet', {
      spec: {
        selector,
        template,
        podManagementPolicy: 'Foo',
        updateStrategy: { type: 'Bar' },
        replicas: -2,
      },
    }),
  },
  {
    name: 'job that always restarts',
    object: job({ template: { spec: { containers: [container] } } }),
  },
  { name: 'indexed job without completions', object: job({ completionMode: 'Indexed' }) },
  {
    name: 'job with negative numbers',
    object: job({ parallelism: -1, completions: -1, backoffLimit: -1 }),
  },
  { name: 'cron job without schedule', object: cronJob({ schedule: '' }) },
  { name: 'cron job with a bad schedule', object: cronJob({ schedule: '61 * * * *' }) },
  { name: 'cron job with too few fields', object: cronJob({ schedule: '* * *' }) },
  {
    name: 'cron job with a zone in the schedule',
    object: cronJob({ schedule: 'TZ=UTC * * * * *' }),
  },
  { name: 'cron job with an unknown zone', object: cronJob({ timeZone: 'Mars/Base' }) },
  { name: 'cron job with a bad policy', object: cronJob({ concurrencyPolicy: 'Foo' }) },
  {
    name: 'cron job with a long name',
    object: { ...cronJob({}), metadata: { name: 'a'.repeat(60) } },
  },
];
