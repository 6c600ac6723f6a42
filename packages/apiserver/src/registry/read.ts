import { errors, type KubeObject, StatusError } from '@dormice/apimachinery';
import type { ApiRequest, ApiResponse } from '@dormice/client';
import type { Kind } from '@dormice/kinds';
import { type Entry, prefixRange, type Range } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { requireConverted } from '../crd/conversion.ts';
import { negotiate } from '../respond/negotiate.ts';
import { offerOf } from '../respond/offer.ts';
import { bytesResponse, jsonResponse } from '../respond/respond.ts';
import type { ResourceRequest } from '../route.ts';
import { includeObjectOf, partialMetadata, tableOf } from '../table/table.ts';
import { encodeContinue } from './continue-token.ts';
import { collectionPrefix, keyOf } from './keys.ts';
import { checkDigits, listQueryOf, readError, tooNew } from './list-options.ts';
import { protobuf, protobufListBytes } from './protobuf-list.ts';
import { type Selection, selectionOf } from './selection.ts';
import { itemBytes, objectOf, present, presentBytes } from './stored.ts';

/** The stored entry, or upstream's 404. */
export function entryOf(
  context: ServerContext,
  kind: Kind,
  namespace: string,
  name: string,
): Entry {
  const entry = context.store.get(keyOf(kind, namespace, name));
  if (!entry) throw errors.notFound(kind, name);
  return entry;
}

/** GET of one object: the stored bytes, unless the client wants another shape. */
export function getObject(
  context: ServerContext,
  kind: Kind,
  info: ResourceRequest,
  request: ApiRequest,
): ApiResponse {
  const { shape } = negotiate(request, offerOf(kind));
  const version = request.query.get('resourceVersion') ?? '';
  checkDigits(version, 'resourceVersion');
  if (Number(version) > context.store.revision) {
    throw tooNew(Number(version), context.store.revision);
  }
  const entry = entryOf(context, kind, info.namespace, info.name);
  if (shape.as === 'Object') {
    return bytesResponse(200, presentBytes(kind, entry.value));
  }
  return jsonResponse(200, shaped(context, kind, objectOf(kind, entry), request));
}

/** One object in the shape that the request wants: as it is, as a table, or its metadata. */
export function shaped(
  context: ServerContext,
  kind: Kind,
  object: KubeObject,
  request: ApiRequest,
): unknown {
  const { shape } = negotiate(request, offerOf(kind));
  switch (shape.as) {
    case 'Table':
      return tableOf(context, kind, [object], {
        include: includeObjectOf(request.query),
        version: shape.version,
        metadata: { resourceVersion: object.metadata.resourceVersion },
      });
    case 'PartialObjectMetadata':
      return partialMetadata(object, shape.version);
    case 'PartialObjectMetadataList':
      throw new StatusError(
        406,
        'NotAcceptable',
        `you requested PartialObjectMetadataList, but the requested object is not a list (${kind.kind})`,
      );
    case 'Object':
      return object;
  }
}

interface Collected {
  entries: Entry[];
  revision: number;
  next?: string;
  remaining?: number;
}

/** How many entries are read at once while a selector looks for matches. */
const scanPage = 500;

/** GET of a collection. */
export function listObjects(
  context: ServerContext,
  kind: Kind,
  info: ResourceRequest,
  request: ApiRequest,
): ApiResponse {
  const { shape, mediaType } = negotiate(request, offerOf(kind));
  const selection = selectionOf(kind, request.query);
  const query = listQueryOf(context.store, request.query);
  const prefix = collectionPrefix(kind, info.namespace);
  let found: Collected;
  try {
    found = collect(context, kind, prefix, selection, query);
  } catch (error) {
    throw readError(error, query.token);
  }
  const metadata = {
    resourceVersion: String(found.revision),
    ...(found.next === undefined
      ? {}
      : {
          continue: encodeContinue({
            revision: found.revision,
            start: found.next.slice(prefix.length),
          }),
        }),
    ...(found.remaining === undefined ? {} : { remainingItemCount: found.remaining }),
  };
  requireConverted(kind, found.entries, (entry) => presentBytes(kind, entry.value));
  if (shape.as === 'Object') {
    if (mediaType === protobuf) {
      const body = protobufListBytes(kind, metadata, found.entries);
      return bytesResponse(200, body, { 'content-type': protobuf });
    }
    return bytesResponse(200, listBytes(kind, metadata, found.entries));
  }
  const objects = found.entries.map((entry) => objectOf(kind, entry));
  if (shape.as === 'Table') {
    const include = includeObjectOf(request.query);
    const table = tableOf(context, kind, objects, { include, version: shape.version, metadata });
    return jsonResponse(200, table);
  }
  return jsonResponse(200, {
    kind: 'PartialObjectMetadataList',
    apiVersion: `meta.k8s.io/${shape.version}`,
    metadata,
    items: objects.map((object) => partialMetadata(object, shape.version)),
  });
}

function collect(
  context: ServerContext,
  kind: Kind,
  prefix: string,
  selection: Selection,
  query: ReturnType<typeof listQueryOf>,
): Collected {
  const { store } = context;
  const whole = prefixRange(prefix);
  const range: Range = query.token ? { ...whole, start: `${prefix}${query.token.start}` } : whole;
  const at = query.at === undefined ? {} : { at: query.at };
  if (selection.everything) {
    const limit = query.limit > 0 ? { limit: query.limit, count: true } : {};
    const page = store.list(range, { ...limit, ...at });
    return {
      entries: page.entries,
      revision: page.revision,
      ...(page.next === undefined ? {} : { next: page.next }),
      ...(page.next === undefined || page.remaining === undefined
        ? {}
        : { remaining: page.remaining }),
    };
  }
  return scan(context, kind, range, selection, { limit: query.limit, ...at });
}

/** Reads page by page until enough entries match. */
function scan(
  context: ServerContext,
  kind: Kind,
  range: Range,
  selection: Selection,
  options: { limit: number; at?: number },
): Collected {
  const entries: Entry[] = [];
  let start = range.start;
  let at = options.at;
  for (;;) {
    const page = context.store.list(
      { start, end: range.end },
      { limit: scanPage, ...(at === undefined ? {} : { at }) },
    );
    at = page.revision;
    requireConverted(kind, page.entries, (entry) => present(kind, entry.value));
    for (const entry of page.entries) {
      if (options.limit > 0 && entries.length === options.limit) {
        return { entries, revision: page.revision, next: entry.key };
      }
      if (selection.matches(present(kind, entry.value))) entries.push(entry);
    }
    if (page.next === undefined) return { entries, revision: page.revision };
    start = page.next;
  }
}

const encoder = new TextEncoder();
const comma = encoder.encode(',');

/** The list document: stored bytes between a head and a tail. */
export function listBytes(kind: Kind, metadata: object, entries: readonly Entry[]): Uint8Array {
  const apiVersion = kind.group === '' ? kind.version : `${kind.group}/${kind.version}`;
  const head = `{"kind":${JSON.stringify(kind.listKind)},"apiVersion":${JSON.stringify(apiVersion)},"metadata":${JSON.stringify(metadata)},"items":[`;
  const pieces: Uint8Array[] = [encoder.encode(head)];
  for (const [index, entry] of entries.entries()) {
    if (index > 0) pieces.push(comma);
    pieces.push(itemBytes(kind, entry.value));
  }
  pieces.push(encoder.encode(']}'));
  return Buffer.concat(pieces);
}
