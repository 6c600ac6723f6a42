import type { ServerContext } from '../context.ts';
import { cacheOf } from '../context.ts';
import type { ResourceRequest } from '../route.ts';

/** Upstream's: a list of so many objects is as much work as one ordinary request. */
const objectsPerSeat = 100;
const mostSeats = 10;

const key = Symbol('listed');
const sizesOf = (context: ServerContext): Map<string, number> =>
  cacheOf(context, key, () => new Map<string, number>());

/** Remembers how large a collection was when it was last read whole, for the estimate of the next list. */
export function noteListed(context: ServerContext, info: ResourceRequest, count: number): void {
  sizesOf(context).set(`${info.group}/${info.resource}`, count);
}

/** Seats that a request takes: more than one for lists, and for watches that begin with one, by what they will read. */
export function seatsOf(
  context: ServerContext,
  info: ResourceRequest,
  query: URLSearchParams,
): number {
  const lists =
    info.verb === 'list' || (info.verb === 'watch' && query.get('sendInitialEvents') === 'true');
  if (!lists || info.name !== '') return 1;
  const stored = sizesOf(context).get(`${info.group}/${info.resource}`) ?? 0;
  const limit = Number(query.get('limit') ?? 0);
  const selects = query.get('labelSelector') || query.get('fieldSelector');
  // A selector looks at more than it gives.
  const read = limit > 0 && !selects ? Math.min(limit, stored) : stored;
  return Math.min(mostSeats, Math.max(1, Math.ceil(read / objectsPerSeat)));
}
