import {
  apiVersionOf,
  applySchemaDefaults,
  DecodeError,
  decode,
  dropNulls,
  errors,
  isPlainObject,
  type KubeObject,
  parseApiVersion,
  parseJson,
  parseProtobuf,
  parseYaml,
  parseYamlTelling,
  prune,
  type Schema,
  StatusError,
  unrecognizedBody,
} from '@dormice/apimachinery';
import type { ApiRequest } from '@dormice/client';
import { type Kind, kindOf } from '@dormice/kinds';
import { rememberEmpty } from './empty-lists.ts';
import { objectMetaSchema } from './object-meta-schema.ts';

/** Largest body that is read, bytes; upstream's limit. */
export const maxBodyBytes = 3 * 1024 * 1024;

const accepted = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

export type FieldValidation = 'Strict' | 'Warn' | 'Ignore';

export interface DecodedBody {
  object: KubeObject;
  warnings: string[];
}

/** The media type without parameters; absent: JSON. */
export function mediaTypeOf(request: ApiRequest): string {
  return (request.headers['content-type'] ?? 'application/json').split(';')[0]?.trim() ?? '';
}

/** What a body should be: its kind, and for protobuf its structure. */
export interface Expected {
  kind: string;
  schema?: Schema;
}

export interface ParsedBody {
  value: unknown;
  /** Paths of JSON fields that stand twice. */
  duplicates: string[];
  /** Lines of YAML keys that stand twice, in the words of Go's decoder. */
  lines?: string[];
}

/** Reads a JSON, YAML or protobuf body. @throws StatusError 400, 413, 415 */
export function parseBody(request: ApiRequest, { kind, schema }: Expected): ParsedBody {
  const body = request.body ?? new Uint8Array();
  if (body.length > maxBodyBytes) {
    throw errors.tooLarge(`Request entity too large: limit is ${maxBodyBytes}`);
  }
  const type = mediaTypeOf(request);
  try {
    switch (type) {
      case 'application/json':
      case '':
        return parseJson(body, fieldValidationOf(request) !== 'Ignore');
      case 'application/yaml':
        return yamlBody(decoder.decode(body), fieldValidationOf(request));
      case 'application/vnd.kubernetes.protobuf':
        return { value: fromProtobuf(body, schema), duplicates: [] };
      default:
        throw errors.unsupportedMediaType(accepted);
    }
  } catch (error) {
    if (error instanceof StatusError) throw error;
    throw unrecognizedBody(kind, body, formatOf[type] ?? 'json', error);
  }
}

/** Go's YAML decoder names lines where its JSON decoder names paths. */
function yamlBody(text: string, validation: FieldValidation): ParsedBody {
  if (validation === 'Ignore') return { value: parseYaml(text), duplicates: [] };
  const { value, duplicates } = parseYamlTelling(text);
  return { value, duplicates: [], lines: duplicates };
}

const decoder = new TextDecoder();
const formatOf: Record<string, 'json' | 'yaml'> = {
  'application/yaml': 'yaml',
  'application/vnd.kubernetes.protobuf': 'yaml',
};

/** The JSON form of a protobuf body; only built-in kinds have one. */
function fromProtobuf(body: Uint8Array, schema: Schema | undefined): unknown {
  if (!schema) throw errors.unsupportedMediaType(accepted.slice(0, 2));
  return parseProtobuf(body, () => schema).value;
}

export function fieldValidationOf(request: ApiRequest): FieldValidation {
  const value = request.query.get('fieldValidation') ?? '';
  if (value === '') return 'Warn';
  if (value === 'Strict' || value === 'Warn' || value === 'Ignore') return value;
  return 'Strict';
}

/** The structure that a body of this kind has; protobuf is for built-in kinds. */
export function expectedOf(kind: Kind): Expected {
  return isCustom(kind) ? { kind: kind.kind } : { kind: kind.kind, schema: kind.schema };
}

/** Upstream reads `apiVersion` and `kind` first, into a struct of its own. */
function notAnObject({ kind }: Kind, body: Uint8Array, value: unknown): StatusError {
  const type = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const struct =
    'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';
  const why = `json: cannot unmarshal ${type} into Go value of type ${struct}`;
  return unrecognizedBody(kind, body, 'json', new SyntaxError(why));
}

/** Decodes a body as an object of `kind`: structure, strictness, defaults. */
export function decodeBody(kind: Kind, request: ApiRequest): DecodedBody {
  const parsed = parseBody(request, expectedOf(kind));
  const { duplicates, lines = [] } = parsed;
  // To a Go type `null` is an object without fields.
  const value = parsed.value === null && !isCustom(kind) ? {} : parsed.value;
  if (!isPlainObject(value)) throw notAnObject(kind, request.body ?? new Uint8Array(), value);
  if (isCustom(kind)) {
    checkSaysKind(kind, value, request);
    checkNumbers(kind, request);
  }
  return decodeObject(kind, value, { fields: duplicates, lines }, fieldValidationOf(request));
}

/** Numbers in JSON text outside of strings: those that are in a string are skipped with it. */
const numbers = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Without a Go type every number is a double, if it fits. */
function checkNumbers({ kind, version }: Kind, request: ApiRequest): void {
  const body = request.body ?? new Uint8Array();
  if (!/json|^$/.test(mediaTypeOf(request)) || !hasLongNumber(body)) return;
  for (const [text] of decoder.decode(body).matchAll(numbers)) {
    if (text.startsWith('"') || Number.isFinite(Number(text))) continue;
    throw errors.badRequest(
      `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: json: cannot unmarshal number ${text} into Go value of type float64`,
    );
  }
}

/** May there be a number that is no double: an exponent of three digits, or 309 digits in a row? */
const hasLongNumber = (body: Uint8Array): boolean =>
  /[0-9][eE]\+?[0-9]{3}|[0-9]{309}/.test(decoder.decode(body));

/** Custom resources have no Go type that would say it for them. */
function checkSaysKind({ kind }: Kind, value: Record<string, unknown>, request: ApiRequest): void {
  for (const [key, title] of [
    ['kind', 'Kind'],
    ['apiVersion', 'apiVersion'],
  ] as const) {
    if (typeof value[key] === 'string' && value[key] !== '') continue;
    const body = request.body ?? new Uint8Array();
    const why = new SyntaxError(`Object '${title}' is missing in '${decoder.decode(body)}'`);
    throw unrecognizedBody(kind, body, 'yaml', why);
  }
}

/**
 * The object that a value means: fields of the wrong type are refused, unknown ones refused, warned of or dropped as
 * `validation` says, defaults are filled in.
 */
export function decodeObject(
  kind: Kind,
  value: unknown,
  duplicates: Duplicates,
  validation: FieldValidation,
): DecodedBody {
  checkKind(kind, value);
  const unknown: string[] = [];
  const object = isCustom(kind)
    ? decodeCustom(kind, value as KubeObject, unknown)
    : decodeBuiltin(kind, value, unknown);
  object.apiVersion = apiVersionOf(kind.group, kind.version);
  object.kind = kind.kind;
  object.metadata ??= {};
  const problems = [
    ...unknown.map((path) => `unknown field ${JSON.stringify(path)}`),
    ...duplicates.fields.map((path) => `duplicate field ${JSON.stringify(path)}`),
  ];
  if (validation === 'Strict' && problems.length + duplicates.lines.length > 0) {
    const all = [...problems, ...unmarshalErrors(duplicates.lines)];
    throw errors.badRequest(`${cannotBeHandled(kind)}: strict decoding error: ${all.join(', ')}`);
  }
  kind.defaults?.(object);
  return { object, warnings: validation === 'Warn' ? [...duplicates.lines, ...problems] : [] };
}

/** What stands twice in a body. */
export interface Duplicates {
  fields: string[];
  lines: string[];
}

export const noDuplicates: Duplicates = { fields: [], lines: [] };

/** How Go's YAML decoder tells all its problems at once. */
export function unmarshalErrors(lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [`yaml: unmarshal errors:\n${lines.map((line) => `  ${line}`).join('\n')}`];
}

const cannotBeHandled = (kind: Kind): string =>
  `${kind.kind} in version ${JSON.stringify(kind.version)} cannot be handled as a ${kind.kind}`;

/** Rows of CRDs have schemas without a Go name. */
export function isCustom(kind: Kind): boolean {
  return kind.schema.name === undefined;
}

function decodeBuiltin(kind: Kind, value: unknown, unknown: string[]): KubeObject {
  try {
    const result = decode(kind.schema, value);
    unknown.push(...result.unknown);
    const object = result.object as unknown as KubeObject;
    rememberEmpty(object, result.empties);
    return object;
  } catch (error) {
    if (error instanceof DecodeError) {
      throw errors.badRequest(`${cannotBeHandled(kind)}: ${error.message}`);
    }
    throw error;
  }
}

function decodeCustom(kind: Kind, value: KubeObject, unknown: string[]): KubeObject {
  const metadata = decodeMetadata(kind, value, unknown);
  const object = { ...value, metadata };
  unknown.push(...prune(kind.schema, object));
  dropNulls(kind.schema, object);
  applySchemaDefaults(kind.schema, object);
  return object;
}

/** Metadata of custom resources is typed like everybody's. */
function decodeMetadata(kind: Kind, value: KubeObject, unknown: string[]): KubeObject['metadata'] {
  const raw: unknown = value.metadata ?? {};
  try {
    const result = decode(objectMetaSchema(), { metadata: raw });
    unknown.push(...result.unknown);
    return (result.object['metadata'] ?? {}) as KubeObject['metadata'];
  } catch (error) {
    if (error instanceof DecodeError) {
      throw errors.badRequest(`${cannotBeHandled(kind)}: ${error.message}`);
    }
    throw error;
  }
}

/** The body must say that it is what the path says, or say nothing. */
function checkKind(kind: Kind, value: unknown): void {
  if (!isPlainObject(value)) throw errors.badRequest(`${cannotBeHandled(kind)}: it is no object`);
  const expected = apiVersionOf(kind.group, kind.version);
  const apiVersion = value['apiVersion'] === '' ? expected : (value['apiVersion'] ?? expected);
  const name = value['kind'] === '' ? kind.kind : (value['kind'] ?? kind.kind);
  if (apiVersion === expected && name === kind.kind) return;
  if (isCustom(kind)) throw otherThanPath(kind, String(apiVersion), String(name), value);
  const { group, version } = parseApiVersion(String(apiVersion));
  const said = `${String(name)} in version ${JSON.stringify(version)} cannot be handled as a ${kind.kind}`;
  const why = kindOf(group, version, String(name))
    ? `converting (${version}.${String(name)}) to (${packageOf(kind)}.${kind.kind}): unknown conversion`
    : `no kind ${JSON.stringify(name)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/runtime/scheme.go:111"`;
  throw errors.badRequest(`${said}: ${why}`);
}

function otherThanPath(
  kind: Kind,
  apiVersion: string,
  name: string,
  value: Record<string, unknown>,
): StatusError {
  const expected = apiVersionOf(kind.group, kind.version);
  if (apiVersion !== expected) {
    return errors.badRequest(
      `the API version in the data (${apiVersion}) does not match the expected API version (${expected})`,
    );
  }
  const { metadata } = value;
  const of = isPlainObject(metadata) ? String(metadata['name'] ?? '') : '';
  const detail = `must be ${kind.kind}`;
  return errors.invalid({ group: kind.group, kind: name }, of, [
    { type: 'FieldValueInvalid', field: 'kind', badValue: name, detail },
  ]);
}

/** Upstream's Go package of a group. */
function packageOf({ group }: Kind): string {
  return group === '' ? 'core' : (group.split('.')[0] ?? '');
}
