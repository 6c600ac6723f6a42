import { errors, type FieldError } from '@dormice/apimachinery';
import type { ApiRequest } from '@dormice/client';
import type { Kind } from '@dormice/kinds';
import type { ServerContext } from '../context.ts';
import { type EventConversion, eventConversion } from '../crd/conversion.ts';
import { collectionPrefix } from '../registry/keys.ts';
import { checkDigits, parseInteger } from '../registry/list-options.ts';
import { type Selection, selectionOf } from '../registry/selection.ts';
import { negotiate, type Shape } from '../respond/negotiate.ts';
import { offerOf } from '../respond/offer.ts';
import type { ResourceRequest } from '../route.ts';
import { type IncludeObject, includeObjectOf } from '../table/table.ts';
import { type EventType, type FrameCodec, frameCodecOf } from './frame-codec.ts';

/** How long a watch without `timeoutSeconds` lasts, seconds: 30 to 60 minutes, so that not all end together. */
const defaultTimeout = (): number => 1800 + Math.floor(Math.random() * 1800);
/** What a timer can wait for, milliseconds: 24 days. */
const longestTimer = 2 ** 31 - 1;

/** What one watch gives its client. */
export interface WatchPlan {
  context: ServerContext;
  kind: Kind;
  /** Where a webhook converts the objects: how the frame of each event is made. */
  conversion: EventConversion | undefined;
  selection: Selection;
  shape: Shape;
  codec: FrameCodec;
  include: IncludeObject;
  prefix: string;
  bookmarks: boolean;
  /** Begins with the present state as ADDED events. */
  initial: boolean;
  /** Ends the initial events with an annotated bookmark. */
  markInitialEnd: boolean;
  after: number;
  /** Tables describe their columns once a watch. */
  columnsSent: boolean;
  timeoutMs: number;
  /** Names what frames of one event depend on, by the event's type: watchers with the same name share them. */
  frameNames: Record<EventType, string>;
  /** Of its events' metrics. */
  labels: string;
}

/** Reads the query of a watch. @throws StatusError 400, 422 */
export function planOf(
  context: ServerContext,
  row: Kind,
  info: ResourceRequest,
  request: ApiRequest,
): WatchPlan {
  const conversion = eventConversion(context, row);
  const kind = conversion?.kind ?? row;
  const { query } = request;
  const { shape, mediaType } = negotiate(request, { ...offerOf(kind), stream: true });
  const version = query.get('resourceVersion') ?? '';
  const sendInitial = query.get('sendInitialEvents');
  const bookmarks =
    query.get('allowWatchBookmarks') === 'true' || query.get('allowWatchBookmarks') === '1';
  checkMatch(sendInitial ?? '', query.get('resourceVersionMatch') ?? '');
  checkDigits(version, 'resourceVersion');
  const revision = Number(version);
  const initial = sendInitial === 'true' || (sendInitial === null && revision === 0);
  const seconds = parseInteger(query.get('timeoutSeconds') ?? '') || defaultTimeout();
  const codec = frameCodecOf(mediaType);
  const include = includeObjectOf(query);
  const form = `${codec.contentType} ${kind.group}/${kind.version} ${shape.as} ${include}`;
  return {
    context,
    kind,
    conversion,
    selection: selectionOf(kind, query, info.name),
    shape,
    codec,
    include,
    frameNames: {
      ADDED: `ADDED ${form}`,
      MODIFIED: `MODIFIED ${form}`,
      DELETED: `DELETED ${form}`,
      BOOKMARK: `BOOKMARK ${form}`,
      ERROR: `ERROR ${form}`,
    },
    labels: `group="${kind.group}",resource="${kind.resource}",version="${kind.version}"`,
    prefix: collectionPrefix(kind, info.namespace),
    bookmarks,
    initial,
    // A watch from nowhere that takes bookmarks is told where its initial events end, as upstream does.
    markInitialEnd:
      bookmarks && (sendInitial === 'true' || (sendInitial === null && version === '')),
    after: !initial && revision === 0 ? context.store.revision : revision,
    columnsSent: false,
    timeoutMs: Math.min(seconds * 1000, longestTimer),
  };
}

/** `resourceVersionMatch` belongs to `sendInitialEvents`. */
function checkMatch(sendInitial: string, match: string): void {
  const forbidden = (detail: string) => {
    const problem: FieldError = {
      type: 'FieldValueForbidden',
      field: 'resourceVersionMatch',
      detail,
    };
    return errors.invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [problem]);
  };
  if (sendInitial !== '' && match !== 'NotOlderThan') {
    throw forbidden('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  }
  if (sendInitial === '' && match !== '') {
    throw forbidden(
      'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided',
    );
  }
}
