import { prefixRange } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { flowControlOf } from '../fairness/flow-control.ts';
import { homeOf, keyPrefix } from '../registry/keys.ts';
import { metricsOf } from './cluster-metrics.ts';
import { Histogram, sample } from './instruments.ts';

type Kind = 'counter' | 'gauge' | 'histogram';

/** One metric: name, help, kind, samples. */
type Family = readonly [name: string, help: string, kind: Kind, lines: string[]];

/** Prometheus text under upstream's names, with what this server counts. */
export function renderMetrics(context: ServerContext): string {
  const families = [
    ...requestFamilies(context),
    ...admissionFamilies(context),
    ...flowFamilies(context),
    ...storageFamilies(context),
    ...processFamilies(),
  ].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = families.flatMap(([name, help, kind, samples]) =>
    samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${kind}`, ...samples],
  );
  return `${lines.join('\n')}\n`;
}

function requestFamilies(context: ServerContext): Family[] {
  const metrics = metricsOf(context);
  const { inFlight } = metrics;
  type Of = (name: string, help: string, from: { lines(name: string): string[] }) => Family;
  const familyOf =
    (kind: Kind): Of =>
    (name, help, from) => [name, help, kind, from.lines(name)];
  const histogram = familyOf('histogram');
  const counter = familyOf('counter');
  const gauge = familyOf('gauge');
  const flow = 'apiserver_flowcontrol_';
  return [
    counter(
      'apiserver_request_total',
      'Requests by what they asked and how they ended.',
      metrics.requests,
    ),
    histogram(
      'apiserver_request_duration_seconds',
      'From the whole request to the whole answer.',
      metrics.durations,
    ),
    histogram('apiserver_response_sizes', 'Bytes of answers to reads.', metrics.sizes),
    gauge('apiserver_longrunning_requests', 'Watches that are open.', metrics.longRunning),
    counter('apiserver_watch_events_total', 'Events sent to watches.', metrics.watchEvents),
    histogram(
      'apiserver_watch_events_sizes',
      'Bytes of events sent to watches.',
      metrics.watchEventSizes,
    ),
    [
      'apiserver_current_inflight_requests',
      'Requests that are being answered now.',
      'gauge',
      (['mutating', 'readOnly'] as const).map((kind) =>
        sample('apiserver_current_inflight_requests', `request_kind="${kind}"`, inFlight[kind]),
      ),
    ],
    counter(`${flow}dispatched_requests_total`, 'Requests that got a seat.', metrics.dispatched),
    counter(`${flow}rejected_requests_total`, 'Requests that got none.', metrics.rejected),
    gauge(`${flow}current_executing_requests`, 'Requests that have a seat.', metrics.executing),
    gauge(`${flow}current_executing_seats`, 'Seats that are taken.', metrics.executingSeats),
    gauge(`${flow}current_inqueue_requests`, 'Requests that wait for a seat.', metrics.inQueue),
    histogram(
      `${flow}request_wait_duration_seconds`,
      'Time spent waiting for a seat.',
      metrics.waits,
    ),
    histogram(`${flow}request_execution_seconds`, 'Time a seat was taken.', metrics.executions),
  ];
}

function admissionFamilies(context: ServerContext): Family[] {
  const metrics = metricsOf(context);
  const rows = [
    ['admission_controller_admission_duration_seconds', 'By plugin.', metrics.admissionPlugins],
    ['admission_step_admission_duration_seconds', 'By step.', metrics.admissionSteps],
    ['admission_webhook_admission_duration_seconds', 'By webhook.', metrics.webhookDurations],
    ['admission_webhook_request_total', 'Calls of webhooks.', metrics.webhookRequests],
    ['admission_webhook_rejection_count', 'Refusals by webhooks.', metrics.webhookRejections],
    ['admission_webhook_fail_open_count', 'Failures passed over.', metrics.webhookFailOpens],
    ['validating_admission_policy_check_total', 'Decisions.', metrics.policyChecks],
    ['validating_admission_policy_check_duration_seconds', 'Time.', metrics.policyDurations],
    ['mutating_admission_policy_check_total', 'Mutations.', metrics.mutatingPolicyChecks],
    ['mutating_admission_policy_check_duration_seconds', 'Time.', metrics.mutatingPolicyDurations],
  ] as const;
  return rows.map(([short, help, from]): Family => {
    const name = `apiserver_${short}`;
    return [name, help, from instanceof Histogram ? 'histogram' : 'counter', from.lines(name)];
  });
}

function flowFamilies(context: ServerContext): Family[] {
  const { levels } = flowControlOf(context);
  const limits = [
    ['nominal_limit_seats', 'Seats by shares.', 'nominal'],
    ['lower_limit_seats', 'Seats that others cannot borrow.', 'lower'],
    ['upper_limit_seats', 'Seats with all that may be borrowed.', 'upper'],
    [
      'current_limit_seats',
      'Seats before borrowing, which happens at the moment of need.',
      'nominal',
    ],
  ] as const;
  return limits.map(([short, help, limit]): Family => {
    const name = `apiserver_flowcontrol_${short}`;
    const lines = levels.map(({ configuration }) =>
      sample(name, `priority_level="${configuration.name}"`, configuration.limits[limit]),
    );
    return [name, help, 'gauge', lines];
  });
}

function storageFamilies({ store, kinds }: ServerContext): Family[] {
  const counts = new Map<string, number>();
  for (const kind of kinds.all()) {
    const { group, resource } = homeOf(kind);
    const name = group === '' ? resource : `${resource}.${group}`;
    if (counts.has(name) || !kind.verbs.includes('list')) continue;
    const range = prefixRange(keyPrefix({ group, resource }));
    const { entries, remaining = 0 } = store.list(range, { limit: 1, count: true });
    counts.set(name, entries.length + remaining);
  }
  const lines = [...counts].map(([name, count]) =>
    sample('apiserver_storage_objects', `resource="${name}"`, count),
  );
  return [
    ['apiserver_storage_objects', 'Objects stored.', 'gauge', lines],
    [
      'apiserver_storage_revision',
      'Newest durable revision of the store.',
      'gauge',
      [sample('apiserver_storage_revision', '', store.revision)],
    ],
  ];
}

/** The process is that of all virtual clusters. */
function processFamilies(): Family[] {
  const { user, system } = process.cpuUsage();
  const gauges: [string, string, Kind, number][] = [
    [
      'process_cpu_seconds_total',
      'Total user and system CPU time spent in seconds.',
      'counter',
      (user + system) / 1e6,
    ],
    [
      'process_resident_memory_bytes',
      'Resident memory size in bytes.',
      'gauge',
      process.memoryUsage.rss(),
    ],
    [
      'process_start_time_seconds',
      'Start time of the process since unix epoch in seconds.',
      'gauge',
      Math.round(performance.timeOrigin) / 1000,
    ],
  ];
  return gauges.map(([name, help, kind, value]) => [name, help, kind, [sample(name, '', value)]]);
}
