import { apiVersionOf, isPlainObject, type KubeObject, StatusError } from '@dormice/apimachinery';
import type { ServerContext } from '../context.ts';
import { type ClientConfig, postJson } from '../outbound/post-json.ts';

/** The webhook that converts the objects of a CRD. */
export interface Converter {
  clientConfig: ClientConfig;
  reviewVersions: string[];
}

/** Upstream waits as long, seconds. */
const timeoutSeconds = 30;
/** Objects in one review: a large list must not become one large body. */
const batch = 500;

const gvkOf = ({ apiVersion, kind }: KubeObject): string => {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/', 2) : ['', apiVersion];
  return `${group}/${version}, Kind=${kind}`;
};

/** Upstream gives these without reason; `kubectl` shows the message alone. */
const failure = (message: string): StatusError => new StatusError(500, '', message);

/** Converts objects of one kind to another version of it, in their order. @throws StatusError 500 in upstream's words */
export async function convertAll(
  context: ServerContext,
  converter: Converter,
  objects: readonly KubeObject[],
  apiVersion: string,
): Promise<KubeObject[]> {
  const converted: KubeObject[] = [];
  for (let at = 0; at < objects.length; at += batch) {
    const part = objects.slice(at, at + batch);
    converted.push(...(await convertBatch(context, converter, part, apiVersion)));
  }
  return converted;
}

async function convertBatch(
  context: ServerContext,
  converter: Converter,
  objects: readonly KubeObject[],
  apiVersion: string,
): Promise<KubeObject[]> {
  const [first] = objects;
  if (!first) return [];
  const of = `conversion webhook for ${gvkOf(first)}`;
  const version = converter.reviewVersions.find((one) => one === 'v1' || one === 'v1beta1');
  if (version === undefined) throw failure('no supported conversion review versions');
  const review = reviewOf(context.uuid(), version, objects, apiVersion);
  let results: unknown[];
  try {
    const options = { timeoutSeconds, userAgent: 'kube-apiserver' };
    const answer = await postJson(context.outbound, converter.clientConfig, review, options);
    results = convertedObjects(answer, review);
  } catch (error) {
    throw failure(`${of} failed: ${(error as Error).message}`);
  }
  if (results.length !== objects.length) {
    throw failure(`${of} returned ${results.length} objects, expected ${objects.length}`);
  }
  return objects.map((original, at) => checked(of, original, results[at], apiVersion));
}

type Review = ReturnType<typeof reviewOf>;

function reviewOf(
  uid: string,
  version: string,
  objects: readonly KubeObject[],
  desiredAPIVersion: string,
) {
  return {
    kind: 'ConversionReview',
    apiVersion: apiVersionOf('apiextensions.k8s.io', version),
    request: { uid, desiredAPIVersion, objects },
    response: { uid: '', convertedObjects: null, result: { metadata: {} } },
  };
}

interface Answer {
  kind?: string;
  apiVersion?: string;
  response?: {
    uid?: string;
    convertedObjects?: unknown[];
    result?: { status?: string; message?: string };
  };
}

/** What the webhook made. @throws Error with upstream's words */
function convertedObjects(answer: unknown, { kind, apiVersion, request }: Review): unknown[] {
  const { kind: saidKind = '', apiVersion: said = '', response } = (answer ?? {}) as Answer;
  const strict = apiVersion.endsWith('/v1');
  if (strict && (saidKind !== kind || said !== apiVersion)) {
    const got = `${said.includes('/') ? said : `/${said}`}, Kind=${saidKind}`;
    throw new Error(`expected webhook response of ${apiVersion}, Kind=${kind}, got ${got}`);
  }
  if (!response) throw new Error('no response provided');
  if (strict && response.uid !== request.uid) {
    const got = JSON.stringify(response.uid ?? '');
    throw new Error(`expected response.uid=${JSON.stringify(request.uid)}, got ${got}`);
  }
  const { status = '', message = '' } = response.result ?? {};
  if (status !== 'Success') {
    throw new Error(message || `response.result.status was '${status}', not 'Success'`);
  }
  return response.convertedObjects ?? [];
}

/** A converted object is the same object: of its metadata a webhook changes labels and annotations alone. */
function checked(of: string, original: KubeObject, value: unknown, apiVersion: string): KubeObject {
  const invalid = (why: string) => failure(`${of} returned invalid object: ${why}`);
  const at = `${of} returned invalid object at index 0`;
  if (!isPlainObject(value)) throw failure(`${at}: it is no object`);
  if (value['apiVersion'] !== apiVersion) {
    const got = String(value['apiVersion'] ?? '');
    throw failure(`${at}: invalid groupVersion (expected ${apiVersion}, received ${got})`);
  }
  if (value['kind'] !== original.kind) {
    const got = String(value['kind'] ?? '');
    throw failure(`${at}: invalid kind (expected ${original.kind}, received ${got})`);
  }
  const { metadata } = value;
  const inMetadata = (why: string) => failure(`${of} returned invalid metadata: ${why}`);
  if (metadata === undefined) throw inMetadata('missing metadata in converted object');
  if (!isPlainObject(metadata)) {
    throw inMetadata('invalid metadata of type []interface {} in converted object');
  }
  for (const [field, name] of [
    ['name', 'name'],
    ['namespace', 'namespace'],
    ['uid', 'UID'],
  ] as const) {
    const [was, is] = [original.metadata[field] ?? '', metadata[field] ?? ''];
    if (was !== is) throw invalid(`must have the same ${name}: ${was} != ${String(is)}`);
  }
  const { labels: _labels, annotations: _annotations, ...kept } = original.metadata;
  return {
    ...value,
    apiVersion,
    kind: original.kind,
    metadata: {
      ...kept,
      ...textMap(inMetadata, 'labels', metadata['labels']),
      ...textMap(inMetadata, 'annotations', metadata['annotations']),
    },
  };
}

function textMap(
  invalid: (why: string) => StatusError,
  field: 'labels' | 'annotations',
  value: unknown,
): Record<string, Record<string, string>> {
  if (value === undefined || value === null) return {};
  if (!isPlainObject(value)) {
    throw invalid(`invalid metadata.${field} of type ${goType(value)} in converted object`);
  }
  for (const [key, text] of Object.entries(value)) {
    if (typeof text === 'string') continue;
    const why = `must be a string, but is ${goType(text)} in converted object`;
    throw invalid(`metadata.${field}[${key}] ${why}`);
  }
  return { [field]: value as Record<string, string> };
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (value === null) return '<nil>';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  if (typeof value === 'object') return 'map[string]interface {}';
  return typeof value === 'boolean' ? 'bool' : 'string';
}
