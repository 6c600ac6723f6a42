import { deepEqual, fieldErrors, isQualifiedName, type KubeObject } from '@dormice/apimachinery';
import { type Check, follows, isEmpty, needed } from '../checks.ts';
import { eventToCore } from './event-conversion.ts';

const { invalid, required } = fieldErrors;

/** The longest text of fields that newer events must have, characters. */
const limits = { reportingInstance: 128, action: 128, reason: 128, message: 1024 };

function validateNamespace(event: KubeObject, homes: readonly string[], strict: boolean): Check {
  const about = event['involvedObject']?.namespace ?? '';
  const own = event.metadata.namespace ?? '';
  const fits = about === '' ? homes.includes(own) : !strict || about === own;
  return fits ? [] : [invalid('involvedObject.namespace', about, 'does not match event.namespace')];
}

const short = (event: KubeObject, field: keyof typeof limits): Check =>
  (event[field] ?? '').length > limits[field]
    ? [invalid(field, '', `can have at most ${limits[field]} characters`)]
    : [];

/** What both forms of an event must satisfy; an event with a time is a newer one, and says who reports. */
function validateCommon(event: KubeObject, reporter: string): Check {
  if (isEmpty(event['eventTime'])) return validateNamespace(event, ['', 'default'], true);
  const controller = event['reportingComponent'];
  return [
    ...validateNamespace(event, ['default', 'kube-system'], false),
    ...needed(reporter, controller),
    ...follows(reporter, controller ?? '', isQualifiedName),
    ...needed('reportingInstance', event['reportingInstance']),
    ...short(event, 'reportingInstance'),
    ...needed('action', event['action']),
    ...short(event, 'action'),
    ...needed('reason', event['reason']),
    ...short(event, 'reason'),
    ...short(event, 'message'),
  ];
}

/** An event of the core group. */
export const validateEvent = (event: KubeObject): Check =>
  validateCommon(event, 'reportingComponent');

function validateSeries({ series }: KubeObject): Check {
  if (!series) return [];
  return [
    ...((series['count'] ?? 0) < 2 ? [invalid('series.count', '', 'should be at least 2')] : []),
    ...needed('series.lastObservedTime', series['lastObservedTime']),
  ];
}

const deprecated = ['firstTimestamp', 'lastTimestamp', 'count', 'source'];

const isSet = (value: unknown): boolean =>
  typeof value === 'object' && value !== null ? Object.values(value).some(Boolean) : Boolean(value);

/** An event of `events.k8s.io`: complete, and without what the older form had. Paths are the older form's. */
export function validateNewEvent(event: KubeObject): Check {
  const core = eventToCore(event);
  const type = core['type'] ?? '';
  return [
    ...validateCommon(core, 'reportingController'),
    ...validateSeries(core),
    ...(isEmpty(core['eventTime']) ? [required('eventTime')] : []),
    ...(['Normal', 'Warning'].includes(type)
      ? []
      : [invalid('type', '', `has invalid value: ${type}`)]),
    ...deprecated.flatMap((field) =>
      isSet(core[field]) ? [invalid(field, '', 'needs to be unset')] : [],
    ),
  ];
}

/** Field of the stored form, and how upstream's path names it; `reason` is looked at twice. */
const fixed: readonly [field: string, path?: string][] = [
  ['involvedObject'],
  ['reason'],
  ['message'],
  ['source'],
  ['firstTimestamp'],
  ['lastTimestamp'],
  ['count'],
  ['reason'],
  ['type'],
  ['eventTime'],
  ['action'],
  ['related'],
  ['reportingComponent', 'reportingController'],
  ['reportingInstance'],
];

/** Only the series of a newer event grows. */
export function validateNewEventUpdate(next: KubeObject, old: KubeObject): Check {
  const [after, before] = [eventToCore(next), eventToCore(old)];
  const same = (field: string) => {
    const [a, b] = [after[field], before[field]];
    // A reference that says nothing is one, but a source that says nothing is none.
    const unset = field === 'related' ? !a && !b : !isSet(a) && !isSet(b);
    return unset || deepEqual(a, b);
  };
  return [
    ...validateCommon(after, 'reportingController'),
    ...(deepEqual(after['series'], before['series']) ? [] : validateSeries(after)),
    ...fixed.flatMap(([field, path = field]) =>
      same(field) ? [] : [invalid(path, after[field] ?? null, 'field is immutable')],
    ),
  ];
}
