import { CelError, ListValue, MapValue, OpaqueValue, type Value } from '../runtime/values.ts';
import { bool, listOf, mapOf, opaque, string } from '../types/cel-type.ts';
import { global, method, type Overload, traversal } from './overload.ts';

const name = 'kubernetes.URL';
const type = opaque(name);

interface Parts {
  scheme: string;
  host: string;
  hostname: string;
  port: string;
  path: string;
  query: string;
}

const grammar = /^([a-zA-Z][a-zA-Z0-9+.-]*):(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?(?:#.*)?$/;

/** An absolute URL or an absolute path, as Go's `ParseRequestURI` takes them. */
function parse(text: string): Parts | undefined {
  if (/[^\x21-\x7e\x80-\uffff]/.test(text) || /%(?![0-9a-fA-F]{2})/.test(text)) return undefined;
  if (text.startsWith('/')) {
    const at = text.indexOf('?');
    const path = at < 0 ? text : text.slice(0, at);
    const query = at < 0 ? '' : text.slice(at + 1);
    return { scheme: '', host: '', hostname: '', port: '', path, query };
  }
  const match = grammar.exec(text);
  if (!match) return undefined;
  const [, scheme = '', authority, path = '', query = ''] = match;
  if (authority === undefined) return undefined;
  const host = authority.replace(/^[^@]*@/, '');
  const port = /:(\d*)$/.exec(host.replace(/^\[[^\]]*\]/, ''))?.[1] ?? '';
  const rest = port === '' ? host.replace(/:$/, '') : host.slice(0, -port.length - 1);
  if (/:/.test(rest.replace(/^\[[^\]]*\]$/, ''))) return undefined;
  return {
    scheme: scheme.toLowerCase(),
    host,
    hostname: rest.replace(/^\[|\]$/g, ''),
    port,
    path,
    query,
  };
}

function url(text: string): Value {
  const parts = parse(text);
  if (!parts)
    throw new CelError(
      `URL parse error during conversion from string: parse ${JSON.stringify(text)}: invalid URI for request`,
    );
  return new OpaqueValue(name, parts, text);
}

const get = (value: Value | undefined): Parts => (value as OpaqueValue<Parts>).value;
const cost = ([text]: Value[]): number => Math.max(1, traversal((text as string).length));

function queryOf({ query }: Parts): Value {
  const found = new Map<string, string[]>();
  for (const [key, value] of new URLSearchParams(query)) {
    found.set(key, [...(found.get(key) ?? []), value]);
  }
  return new MapValue([...found].map(([key, values]) => [key, new ListValue(values)]));
}

const part = (method_: string, of: (parts: Parts) => string): Overload =>
  method(method_, [type], string, ([value]) => of(get(value)));

/** `url()` and its parts. */
export const urls: readonly Overload[] = [
  global('url', [string], type, ([text]) => url(text as string), cost),
  global('isURL', [string], bool, ([text]) => parse(text as string) !== undefined, cost),
  part('getScheme', ({ scheme }) => scheme),
  part('getHost', ({ host }) => host),
  part('getHostname', ({ hostname }) => hostname),
  part('getPort', ({ port }) => port),
  part('getEscapedPath', ({ path }) => path),
  method('getQuery', [type], mapOf(string, listOf(string)), ([value]) => queryOf(get(value))),
];
