import { errors, type KubeObject, StatusError } from '@dormice/apimachinery';
import type { ApiRequest, ApiResponse } from '@dormice/client';
import type { Kind } from '@dormice/kinds';
import { type Entry, prefixRange, type Range } from '@dormice/storage';
import type { ServerContext } from '../context.ts';
import { converterOf, requireConverted } from '../crd/conversion.ts';
import { ListBytes } from '../fairness/list-bytes.ts';
import { Slices } from '../fairness/turns.ts';
import { noteListed } from '../fairness/work-estimate.ts';
import { type MediaType, negotiate } from '../respond/negotiate.ts';
import { offerOf } from '../respond/offer.ts';
import { wantsPretty } from '../respond/pretty.ts';
import { bytesResponse, jsonResponse } from '../respond/respond.ts';
import type { ResourceRequest } from '../route.ts';
import { includeObjectOf, partialMetadata, tableOf } from '../table/table.ts';
import { isCustom } from './body.ts';
import { encodeContinue } from './continue-token.ts';
import { answerFast } from './fast-list.ts';
import { joinedPages } from './joined-pages.ts';
import { collectionPrefix, keyOf } from './keys.ts';
import { type ListAnswer, listBody, protobufBody } from './list-body.ts';
import { checkDigits, listQueryOf, readError, tooNew } from './list-options.ts';
import type { ListPage } from './list-page.ts';
import { protobuf } from './protobuf-list.ts';
import { type Selection, selectionOf } from './selection.ts';
import { itemReplacement, objectOf, present, presentBytes } from './stored.ts';
import { tablePages } from './table-pages.ts';

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

/** How many entries are read at once: about a slice. */
const scanPage = 64;

/** GET of a collection. */
export async function listObjects(
  context: ServerContext,
  kind: Kind,
  info: ResourceRequest,
  request: ApiRequest,
): Promise<ApiResponse> {
  const { shape, mediaType } = negotiate(request, offerOf(kind));
  const selection = selectionOf(kind, request.query);
  const query = listQueryOf(context.store, request.query);
  const prefix = collectionPrefix(kind, info.namespace);
  const range = rangeOf(prefix, query);
  const form = { context, kind, shape, include: includeObjectOf(request.query) };
  // Lists of custom resources say that they are at their end.
  const isUnstructured = isCustom(kind) && shape.as === 'Object';
  const isWhole = selection.everything && query.limit === 0 && info.namespace === '';
  const counted = (count: number): void => {
    if (isWhole) noteListed(context, info, count);
  };
  const held = new ListBytes(context);
  const pages = selection.everything ? fastPages(form, mediaType, range, query) : undefined;
  try {
    if (pages) {
      const streamFrom = mayStream(context, request, mediaType) ? streamBytes : Infinity;
      const metadata = (last: ListPage) => listMetadata(prefix, last, isUnstructured);
      return await answerFast({ pages, form, metadata, held, streamFrom, counted });
    }
    const found = await collect(context, kind, range, { selection, query, held });
    counted(found.entries.length);
    requireConverted(kind, found.entries, (entry) => presentBytes(kind, entry.value));
    const answer = {
      ...form,
      metadata: listMetadata(prefix, found, isUnstructured),
      entries: found.entries,
    };
    return shape.as === 'Object' && mediaType === protobuf
      ? bytesResponse(200, await protobufBody(answer), { 'content-type': protobuf })
      : bytesResponse(200, await listBody(answer));
  } catch (error) {
    throw readError(error, query.token);
  } finally {
    if (!pages) held.release();
  }
}

/** Shorter lists are sent whole: with their length, and compressed at once. */
const streamBytes = 256 * 1024;

/** Audit logs, YAML and indented answers want the whole of it. */
const mayStream = (context: ServerContext, request: ApiRequest, mediaType: MediaType): boolean =>
  mediaType === 'application/json' && !context.audit && !wantsPretty(request);

/** The ways that take no object apart which need not be; `undefined` where there is none. */
function fastPages(
  { context, kind, shape, include }: Omit<ListAnswer, 'entries' | 'metadata'>,
  mediaType: MediaType,
  range: Range,
  { limit, at }: Wanted['query'],
): AsyncGenerator<ListPage> | undefined {
  if (shape.as === 'Table') {
    const isUsual = include === 'Metadata' && shape.version === 'v1' && !converterOf(kind);
    return isUsual ? tablePages(context, kind, range, { limit, at }) : undefined;
  }
  const replace = itemReplacement(kind);
  if (!replace || shape.as !== 'Object' || mediaType === protobuf || limit > 0) return undefined;
  return joinedPages(context, range, { at, replace });
}

function listMetadata(
  prefix: string,
  { revision, next, remaining }: Omit<Collected, 'entries'>,
  withEmptyToken = false,
): object {
  return {
    ...(withEmptyToken ? { continue: '' } : {}),
    resourceVersion: String(revision),
    ...(next === undefined
      ? {}
      : { continue: encodeContinue({ revision, start: next.slice(prefix.length) }) }),
    ...(remaining === undefined ? {} : { remainingItemCount: remaining }),
  };
}

const sizeOf = (entries: readonly Entry[]): number =>
  entries.reduce((sum, { value }) => sum + value.length, 0);

interface Wanted {
  selection: Selection;
  query: ReturnType<typeof listQueryOf>;
  held: ListBytes;
}

function rangeOf(prefix: string, { token }: Wanted['query']): Range {
  const whole = prefixRange(prefix);
  return token ? { ...whole, start: `${prefix}${token.start}` } : whole;
}

/** Reads page by page, in slices; all pages are of one revision. */
async function collect(
  context: ServerContext,
  kind: Kind,
  range: Range,
  { selection, query, held }: Wanted,
): Promise<Collected> {
  const options = { limit: query.limit, ...(query.at === undefined ? {} : { at: query.at }) };
  return selection.everything
    ? readAll(context, range, options, held)
    : scan(context, kind, range, { selection, held, ...options });
}

async function readAll(
  context: ServerContext,
  range: Range,
  options: { limit: number; at?: number },
  held: ListBytes,
): Promise<Collected> {
  const slices = new Slices(context);
  const entries: Entry[] = [];
  let { start } = range;
  let { at } = options;
  for (;;) {
    const left = options.limit > 0 ? options.limit - entries.length : scanPage;
    const limit = Math.min(left, scanPage);
    const page = context.store.list(
      { start, end: range.end },
      { limit, count: left === limit && options.limit > 0, ...(at === undefined ? {} : { at }) },
    );
    at = page.revision;
    held.add(sizeOf(page.entries));
    for (const entry of page.entries) entries.push(entry);
    const { revision, next, remaining } = page;
    if (next === undefined) return { entries, revision };
    if (entries.length === options.limit) {
      return { entries, revision, next, ...(remaining === undefined ? {} : { remaining }) };
    }
    start = next;
    const rest = slices.rest();
    if (rest) await rest;
  }
}

/** Reads page by page until enough entries match. */
async function scan(
  context: ServerContext,
  kind: Kind,
  range: Range,
  options: { selection: Selection; held: ListBytes; limit: number; at?: number },
): Promise<Collected> {
  const slices = new Slices(context);
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
      if (options.selection.matches(present(kind, entry.value))) {
        options.held.add(entry.value.length);
        entries.push(entry);
      }
      const rest = slices.rest();
      if (rest) await rest;
    }
    if (page.next === undefined) return { entries, revision: page.revision };
    start = page.next;
  }
}
