import { errors } from '@dormice/apimachinery';
import type { ApiRequest, ApiResponse } from '@dormice/client';
import { builtinKinds, type Kind } from '@dormice/kinds';
import { documentCache, remoteApis, remoteTable } from '../aggregator/remote-apis.ts';
import { remoteOpenApiPaths, withRemoteOpenApi } from '../aggregator/remote-openapi.ts';
import { cacheOf, type ServerContext } from '../context.ts';
import { isCustom } from '../registry/body.ts';
import { parseAccept } from '../respond/negotiate.ts';
import { bytesResponse, jsonResponse } from '../respond/respond.ts';
import { encode, hashOf, indexName, v2Document, v3Document } from './documents.ts';
import { gnosticDocument } from './gnostic.ts';
import { gnosticV3Document } from './gnostic-v3.ts';

interface Rendered {
  bytes: Uint8Array;
  hash: string;
}

const rendered = (bytes: Uint8Array): Rendered => ({ bytes, hash: hashOf(bytes) });

/** Documents of built-in kinds: the same for all clusters of the process, made at first use. */
const shared = new Map<string, Rendered>();

const customKey = Symbol('openapi');

interface CustomDocuments {
  stamp: unknown[];
  documents: Map<string, Rendered>;
}

/** Documents that have CRDs in them, of this cluster; forgotten when a CRD or an aggregated server changes. */
function customDocuments(context: ServerContext): Map<string, Rendered> {
  const cache = cacheOf<CustomDocuments>(context, customKey, () => ({
    stamp: [],
    documents: new Map(),
  }));
  const { generation } = context.kinds;
  const stamp = [generation, documentCache(context).generation, remoteTable(context)];
  if (stamp.some((part, at) => part !== cache.stamp[at])) {
    cache.stamp = stamp;
    cache.documents.clear();
  }
  return cache.documents;
}

function v3Of(
  context: ServerContext,
  group: string,
  version: string,
  form: Form = 'json',
): Rendered | undefined {
  const kinds = context.kinds
    .all()
    .filter((kind) => kind.group === group && kind.version === version);
  if (kinds.length === 0) return undefined;
  const cache = kinds.some(isCustom) ? customDocuments(context) : shared;
  const write = form === 'protobuf' ? gnosticV3Document : encode;
  return rememberedIn(cache, `${indexName(group, version)} ${form}`, () =>
    write(v3Document(kinds)),
  );
}

function v2Of(context: ServerContext, form: Form): Rendered {
  const custom = context.kinds.custom();
  const { optional } = context.kinds;
  const kinds: Kind[] = [...builtinKinds, ...optional, ...custom];
  const cache =
    custom.length + optional.length > 0 || remoteApis(context).length > 0
      ? customDocuments(context)
      : shared;
  const write = form === 'protobuf' ? gnosticDocument : encode;
  return rememberedIn(cache, `v2 ${form}`, () =>
    write(withRemoteOpenApi(context, v2Document(kinds))),
  );
}

function rememberedIn(cache: Map<string, Rendered>, key: string, make: () => Uint8Array): Rendered {
  let document = cache.get(key);
  if (!document) {
    document = rendered(make());
    cache.set(key, document);
  }
  return document;
}

/** Answers `/openapi/v2` and `/openapi/v3…`; `undefined` for other paths. */
export function serveOpenApi(context: ServerContext, request: ApiRequest): ApiResponse | undefined {
  const { path } = request;
  if (path === '/openapi/v2') {
    const form = formOf(request, v2Types, Object.values(v2Forms));
    return document(request, v2Of(context, form), { type: v2Forms[form] });
  }
  if (path === '/openapi/v3' || path === '/openapi/v3/') return index(context);
  if (!path.startsWith('/openapi/v3/')) return undefined;
  const form = formOf(request, v3Types, Object.values(v3Forms));
  const [prefix, ...rest] = path.slice('/openapi/v3/'.length).split('/');
  const [group, version] = prefix === 'api' ? ['', rest[0]] : [rest[0], rest[1]];
  const found =
    group === undefined || version === undefined ? undefined : v3Of(context, group, version, form);
  return found && document(request, found, { type: v3Forms[form] });
}

/** How documents can be written: the content type of each. */
type Form = 'json' | 'protobuf';
const v2Forms: Record<Form, string> = {
  json: 'application/json',
  protobuf: 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf',
};
const v3Forms: Record<Form, string> = {
  json: 'application/json',
  protobuf: 'application/com.github.proto-openapi.spec.v3.v1.0+protobuf',
};

/** What clients may ask for; the sign before the version was another once. */
const typesOf = (forms: Record<Form, string>): Record<string, Form> => ({
  'application/json': 'json',
  'application/*': 'json',
  '*/*': 'json',
  [forms.protobuf]: 'protobuf',
  [forms.protobuf.replace('.v1.0', '@v1.0')]: 'protobuf',
});
const v2Types = typesOf(v2Forms);
const v3Types = typesOf(v3Forms);

function formOf({ headers }: ApiRequest, types: Record<string, Form>, offered: string[]): Form {
  const accept = headers['accept'] ?? '';
  if (accept === '') return 'json';
  for (const { type } of parseAccept(accept)) {
    const form = types[type];
    if (form !== undefined) return form;
  }
  throw errors.notAcceptable(offered);
}

/** Only hashes: no document is written for the index but to know its hash. */
function index(context: ServerContext): ApiResponse {
  const paths: Record<string, { serverRelativeURL: string }> = {};
  for (const { group, versions } of context.kinds.groups()) {
    for (const version of versions) {
      const found = v3Of(context, group, version);
      if (!found) continue;
      const name = indexName(group, version);
      paths[name] = { serverRelativeURL: `/openapi/v3/${name}?hash=${found.hash}` };
    }
  }
  return jsonResponse(200, { paths: { ...paths, ...remoteOpenApiPaths(context) } });
}

function document(
  request: ApiRequest,
  { bytes, hash }: Rendered,
  { type }: { type: string },
): ApiResponse {
  const etag = `"${hash}"`;
  const headers = {
    'content-type': type,
    etag,
    vary: 'Accept-Encoding, Accept',
    'cache-control': request.query.get('hash') === hash ? 'public, immutable' : 'no-cache, private',
  };
  if (request.headers['if-none-match'] === etag) {
    return { status: 304, headers, body: new Uint8Array() };
  }
  return bytesResponse(200, bytes, headers);
}
