import type { Answer } from '../script.ts';

type Value = unknown;

/** Headers that a client acts upon. */
const comparedHeaders = ['content-type', 'warning', 'retry-after'];

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const instant = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g;
const day = 86_400_000;

/** Values printed by Go that carry the names of upstream's internal types or fields. */
const struct = /(Invalid|Unsupported|Duplicate) value: (?:[{[].*[}\]]|null)(?=:|$)/s;

/** Text fields whose numbers are revisions. */
const revisionFields = new Set(['resourceVersion', 'observedResourceVersion']);
const addressFields = new Set(['clusterIP', 'clusterIPs']);
const portFields = new Set(['nodePort', 'healthCheckNodePort']);

function text(value: string): string {
  return value
    .replace(uuid, '<uid>')
    .replace(instant, (time) => (Math.abs(Date.parse(time) - Date.now()) < day ? '<now>' : time))
    .replace(/kube-api-access-[a-z0-9]{5}\b/g, 'kube-api-access-<suffix>')
    .replace(/Bad_[a-z0-9]{5}\b/g, 'Bad_<suffix>')
    .replace(/made-[a-z0-9]{5}\b/g, 'made-<suffix>')
    .replace(/too old resource version: \d+ \(\d+\)/g, 'too old resource version: <rv> (<rv>)')
    .replace(/resourceVersion: "\d+"/g, 'resourceVersion: <rv>')
    .replace(/\b10\.97\.\d+\.\d+\b/g, '<address>')
    .replace(/X509SHA256=[0-9a-f]+/g, 'X509SHA256=<fingerprint>')
    .replace(/rv = \d+/g, 'rv = <rv>')
    .replace(/in record \(\d+\)/g, 'in record (<rv>)')
    .replace(/, current: \d+/g, ', current: <rv>');
}

/** What Go prints of its own types (names, and how two structs differ), which no client can rest on. */
function withoutGo(message: string): string {
  return message
    .replace(/ of type [\w.[\]*]+$/, ' of type …')
    .replace(
      /(may not change fields other than .*?|immutable after creation.*?|may not be (?:changed|removed))\n.*$/s,
      '$1',
    );
}

/** Kinds of which upstream's own controllers write the status a moment later. */
const settledLater = new Set([
  'APIService',
  'CustomResourceDefinition',
  'FlowSchema',
  'PriorityLevelConfiguration',
]);

/** An object of those kinds without what a controller says of it. */
function unsettled(object: Record<string, Value>): Record<string, Value> {
  const { kind, items } = object as { kind?: string; items?: Record<string, Value>[] };
  const single = String(kind).replace(/List$/, '');
  if (settledLater.has(single) && Array.isArray(items)) {
    const settled = items.map((item) => unsettled({ ...item, kind: single }));
    return { ...object, items: settled };
  }
  if (!settledLater.has(String(object['kind']))) return object;
  const { status: state, metadata } = object as {
    status?: object;
    metadata?: { managedFields?: { manager?: string }[] };
  };
  const managedFields = metadata?.managedFields?.filter(({ manager }) => manager === 'twin');
  return {
    ...object,
    ...(state
      ? {
          status: {
            ...state,
            conditions: undefined,
            acceptedNames: undefined,
            storedVersions: undefined,
          },
        }
      : {}),
    ...(managedFields ? { metadata: { ...metadata, managedFields } } : {}),
  };
}

/**
 * A Status without its message where its causes say the same. Causes of one field are put in order: upstream walks maps
 * in any.
 */
function status(object: Record<string, Value>): Record<string, Value> {
  const { details } = object as { details?: { causes?: { field?: string; message: string }[] } };
  if (object['kind'] !== 'Status' || !details?.causes?.length) return object;
  const causes = details.causes.toSorted((a, b) =>
    a.field === b.field ? a.message.localeCompare(b.message) : 0,
  );
  return { ...object, message: 'see causes', details: { ...details, causes } };
}

const textOf = (value: Value): string => JSON.stringify(value);

/** Rules of a user come in any order: upstream walks maps. Who owns fields is in the order of times, to the second. */
const inAnyOrder: Readonly<Record<string, (item: Value) => string>> = {
  resourceRules: textOf,
  nonResourceRules: textOf,
  managedFields: (entry) => {
    const { operation, manager, apiVersion, subresource } = entry as Record<string, Value>;
    return textOf([operation, manager, apiVersion, subresource ?? '']);
  },
};

function ordered(field: string, items: Value[]): Value[] {
  const key = inAnyOrder[field];
  return key ? items.toSorted((a, b) => key(a).localeCompare(key(b))) : items;
}

function scalar(field: string, value: Value): Value {
  if (typeof value === 'number')
    return portFields.has(field) && value >= 30_000 && value <= 32_767 ? '<port>' : value;
  if (typeof value !== 'string') return value;
  if (revisionFields.has(field) && /^[1-9]\d*$/.test(value)) return '<rv>';
  if (field === 'token' && value.startsWith('eyJ')) return '<token>';
  if (field === 'continue' && value !== '') return '<continue>';
  if (addressFields.has(field) && value.startsWith('10.97.')) return '<address>';
  if (field === 'message') return withoutGo(text(value)).replace(struct, '$1 value: …');
  return text(value);
}

/** The generated part of names is random. */
function withoutSuffix(object: Record<string, Value>): Record<string, Value> {
  const { generateName, name } = object;
  if (typeof generateName !== 'string' || typeof name !== 'string') return object;
  const made = name.startsWith(generateName) && name.length === generateName.length + 5;
  return made ? { ...object, name: `${generateName}<suffix>` } : object;
}

function normalised(field: string, value: Value): Value {
  if (Array.isArray(value)) return ordered(field, value).map((item) => normalised(field, item));
  if (typeof value !== 'object' || value === null) return scalar(field, value);
  return Object.fromEntries(
    Object.entries(withoutSuffix(status(unsettled(value as Record<string, Value>)))).map(
      ([name, inner]) => [name, normalised(name, inner)],
    ),
  );
}

/** Bookmarks come when a server likes, but for the one that ends the initial events. */
function isIdleBookmark(frame: Value): boolean {
  const { type, object } = frame as {
    type?: string;
    object?: { metadata?: { annotations?: object } };
  };
  return type === 'BOOKMARK' && object?.metadata?.annotations === undefined;
}

const isFrames = (body: Value): body is Value[] => Array.isArray(body);

/** An answer without what must differ between two servers. */
export function normalise({ status, headers, body }: Answer): Record<string, Value> {
  const kept = Object.fromEntries(
    comparedHeaders.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
  );
  return {
    status,
    headers: {
      ...Object.fromEntries(Object.entries(kept).map(([name, value]) => [name, text(value ?? '')])),
      'audit-id': headers['audit-id'] === undefined ? 'absent' : 'present',
    },
    body: normalised('', isFrames(body) ? body.filter((frame) => !isIdleBookmark(frame)) : body),
  };
}
