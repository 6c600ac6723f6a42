import type { ApiRequest } from '@dormice/client';

export type Verb =
  | 'get'
  | 'list'
  | 'watch'
  | 'create'
  | 'update'
  | 'patch'
  | 'delete'
  | 'deletecollection'
  | 'head'
  | 'options';

/** What a request asks for, read off its path: upstream's `RequestInfo`. */
export type RequestInfo =
  | { isResource: false; path: string; verb: string }
  | {
      isResource: true;
      path: string;
      verb: Verb;
      group: string;
      version: string;
      /** `''` for cluster-scoped requests and lists of all namespaces. */
      namespace: string;
      /** Plural; `''` for a group version's own path. */
      resource: string;
      subresource: string;
      /** `''` for collections. */
      name: string;
      /** What follows the subresource: `pods/NAME/proxy/REST`. */
      rest: string;
    };

export type ResourceRequest = Extract<RequestInfo, { isResource: true }>;

const verbs: Record<ApiRequest['method'], Verb> = {
  GET: 'get',
  HEAD: 'get',
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
  OPTIONS: 'options',
};

/** Subresources of a Namespace; every other second segment is a resource inside it. */
const namespaceSubresources = new Set(['status', 'finalize']);

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Reads path and query. Everything that is not below a group version is no resource request. */
export function routeOf(request: Pick<ApiRequest, 'method' | 'path' | 'query'>): RequestInfo {
  const { path } = request;
  const verb = verbs[request.method];
  // An empty namespace is all of them.
  const parts = path
    .replace(/^(\/apis?\/.*)\/namespaces\/\/(?=[^/]+$)/, '$1/')
    .split('/')
    .filter((part) => part !== '')
    .map(decodeSegment);
  const [prefix] = parts;
  const other = { isResource: false, path, verb: request.method.toLowerCase() } as const;
  if (prefix !== 'api' && prefix !== 'apis') return other;
  const offset = prefix === 'api' ? 2 : 3;
  if (parts.length <= offset) return other;
  const group = prefix === 'api' ? '' : (parts[1] ?? '');
  const version = parts[offset - 1] ?? '';
  let rest = parts.slice(offset);
  let watching = isTrue(request.query.get('watch'));
  let isWatchPath = false;
  if (rest[0] === 'watch' && rest.length > 1) {
    watching = true;
    isWatchPath = true;
    rest = rest.slice(1);
  }
  let namespace = '';
  if (rest[0] === 'namespaces' && rest.length > 2 && !namespaceSubresources.has(rest[2] ?? '')) {
    namespace = rest[1] ?? '';
    rest = rest.slice(2);
  } else if (rest[0] === 'namespaces' && rest.length > 1) {
    namespace = rest[1] ?? '';
  }
  const [resource = '', name = '', subresource = ''] = rest;
  return {
    isResource: true,
    path,
    group,
    version,
    namespace,
    resource,
    name,
    subresource,
    rest: rest.slice(3).join('/'),
    // One object is watched by a field selector, or by the old path: `?watch` with a name is an ordinary GET.
    verb: collectionVerb(verb, name, watching && (isWatchPath || name === '')),
  };
}

/** As Go reads a boolean of a query: what is there is true, but for `0` and `false`. */
const isTrue = (text: string | null): boolean =>
  text !== null && text !== '0' && text.toLowerCase() !== 'false';

/** GET and DELETE of a collection have verbs of their own; so has a watch. */
function collectionVerb(verb: Verb, name: string, watching: boolean): Verb {
  if (verb === 'get' && watching) return 'watch';
  if (name !== '') return verb;
  if (verb === 'get') return 'list';
  return verb === 'delete' ? 'deletecollection' : verb;
}
