/** A request path of the virtual API about one object, taken apart. */
export interface ObjectPath {
  /** Before the name of a proxied object: `http:` or `https:`, else `''`. */
  scheme: string;
  /** After it: `:8080`, else `''`. */
  port: string;
  /** Everything after the name: `/log`, `/proxy/a/b`, `/exec`. */
  rest: string;
  /** With the question mark, or `''`. */
  query: string;
}

/** `.` and `..`, however written: something on the way to the host might resolve them, and leave the object. */
const climbs = /\/(\.|%2e){1,2}(\/|$)/i;

/** Reads `/api/v1/namespaces/NS/pods/[SCHEME:]NAME[:PORT]/REST?QUERY`; `undefined` for another path, or one that climbs. */
export function parseObjectPath(url: string): ObjectPath | undefined {
  const mark = url.indexOf('?');
  const path = mark < 0 ? url : url.slice(0, mark);
  const query = mark < 0 ? '' : url.slice(mark);
  const parts = /^\/api\/v1\/namespaces\/[^/]+\/(?:pods|services)\/([^/]+)(\/.*)?$/.exec(path);
  if (!parts || climbs.test(path)) return undefined;
  const named = /^(https?:)?([^:]*)(:[^:]*)?$/i.exec(decodeURIComponent(parts[1] ?? ''));
  if (!named) return undefined;
  return { scheme: named[1] ?? '', port: named[3] ?? '', rest: parts[2] ?? '', query };
}

/** The same request to the host: only kind, namespace and name are given anew. */
export function hostPath(
  path: ObjectPath,
  resource: 'pods' | 'services',
  namespace: string,
  name: string,
): string {
  const target = encodeURIComponent(`${path.scheme}${name}${path.port}`);
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/${resource}/${target}${path.rest}`;
}
