import { cacheOf, type ServerContext } from '../context.ts';
import { Counter, Histogram, labelTexts, quoted } from './instruments.ts';

/** Upstream's bounds: seconds of requests, bytes of answers, seconds in queues, of admission, of webhooks, of policies, bytes of watch events. */
const bounds = {
  duration: [
    0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45,
    60,
  ],
  size: [1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9],
  wait: [0, 0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30],
  admission: [0.005, 0.025, 0.1, 0.5, 1, 2.5],
  webhook: [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25],
  policy: [0.0000005, 0.001, 0.01, 0.1, 1],
  event: [1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072],
};

/** What one virtual cluster counts. */
export interface ClusterMetrics {
  requests: Counter;
  durations: Histogram;
  sizes: Histogram;
  longRunning: Counter;
  watchEvents: Counter;
  watchEventSizes: Histogram;
  dispatched: Counter;
  rejected: Counter;
  executing: Counter;
  executingSeats: Counter;
  inQueue: Counter;
  waits: Histogram;
  executions: Histogram;
  admissionPlugins: Histogram;
  admissionSteps: Histogram;
  webhookDurations: Histogram;
  webhookRequests: Counter;
  webhookRejections: Counter;
  webhookFailOpens: Counter;
  policyChecks: Counter;
  policyDurations: Histogram;
  mutatingPolicyChecks: Counter;
  mutatingPolicyDurations: Histogram;
  /** Requests that are being answered now. */
  inFlight: { mutating: number; readOnly: number };
  /** Texts of labels, kept with the cluster whose kinds they name. */
  labels: {
    resource: typeof resourceText;
    dryRun: typeof dryRunText;
    code: typeof codeText;
    admission: typeof admissionText;
    flow: typeof flowText;
  };
}

const resourceText = (
  group: string,
  version: string,
  resource: string,
  subresource: string,
  scope: string,
  verb: string,
): string =>
  `component="apiserver",group=${quoted(group)},resource=${quoted(resource)},scope="${scope}",subresource=${quoted(subresource)},verb="${verb}",version=${quoted(version)}`;

const dryRunText = (dryRun: string, text: string): string => `dry_run="${dryRun}",${text}`;
const codeText = (code: number, text: string): string => `code="${code}",${text}`;
const admissionText = (
  name: string | undefined,
  operation: string,
  rejected: boolean,
  type: string,
): string =>
  `${name === undefined ? '' : `name="${name}",`}operation="${operation}",rejected="${rejected}",type="${type}"`;

/** Of a flow schema and its level, with one more label before or behind. */
const flowText = (schema: string, level: string, before = '', after = ''): string =>
  `${before}flow_schema="${schema}",priority_level="${level}"${after}`;

const key = Symbol('metrics');

export const metricsOf = (context: ServerContext): ClusterMetrics =>
  cacheOf(context, key, () => ({
    requests: new Counter(),
    durations: new Histogram(bounds.duration),
    sizes: new Histogram(bounds.size),
    longRunning: new Counter(),
    watchEvents: new Counter(),
    watchEventSizes: new Histogram(bounds.event),
    dispatched: new Counter(),
    rejected: new Counter(),
    executing: new Counter(),
    executingSeats: new Counter(),
    inQueue: new Counter(),
    waits: new Histogram(bounds.wait),
    executions: new Histogram(bounds.wait),
    admissionPlugins: new Histogram(bounds.admission),
    admissionSteps: new Histogram(bounds.admission),
    webhookDurations: new Histogram(bounds.webhook),
    webhookRequests: new Counter(),
    webhookRejections: new Counter(),
    webhookFailOpens: new Counter(),
    policyChecks: new Counter(),
    policyDurations: new Histogram(bounds.policy),
    mutatingPolicyChecks: new Counter(),
    mutatingPolicyDurations: new Histogram(bounds.policy),
    inFlight: { mutating: 0, readOnly: 0 },
    labels: {
      resource: labelTexts(resourceText),
      dryRun: labelTexts(dryRunText),
      code: labelTexts(codeText),
      admission: labelTexts(admissionText),
      flow: labelTexts(flowText),
    },
  }));
