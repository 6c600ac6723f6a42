import type { IncomingMessage } from 'node:http';
import { isPlainObject } from '@dormice/apimachinery';
import type { UserInfo } from '@dormice/client';
import type { ServerContext } from '../context.ts';
import type { Target } from '../outbound/outbound.ts';
import type { RemoteApi, RemoteDocuments } from './remote-apis.ts';
import { userHeaders } from './user-headers.ts';

/** Upstream's name for the aggregator when it asks on its own behalf. */
export const aggregator: UserInfo = { username: 'system:aggregator', groups: ['system:masters'] };
/** For one document, milliseconds. */
const timeoutMs = 5000;
/** Largest document, bytes. */
const maxBytes = 16 * 1024 * 1024;

/** Reads what an aggregated server says about itself. What cannot be read is left out: discovery must not fail for it. */
export async function fetchDocuments(
  context: ServerContext,
  api: RemoteApi,
  target: Target,
): Promise<RemoteDocuments> {
  const get = (path: string, accept = 'application/json') => getJson(context, target, path, accept);
  const [discovery, v3, openApiV2] = await Promise.all([
    discoveryOf(api, get),
    get('/openapi/v3'),
    get('/openapi/v2'),
  ]);
  const name = `apis/${api.group}/${api.version}`;
  const url: unknown = (v3?.['paths'] as Record<string, { serverRelativeURL?: string }>)?.[name]
    ?.serverRelativeURL;
  const hash = typeof url === 'string' ? /[?&]hash=([^&]*)/.exec(url)?.[1] : undefined;
  return {
    ...(discovery === undefined ? {} : { discovery }),
    ...(hash === undefined ? {} : { openApiHash: hash }),
    ...(openApiV2 === undefined ? {} : { openApiV2 }),
  };
}

type Get = (path: string, accept?: string) => Promise<Record<string, unknown> | undefined>;

const aggregatedType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

async function discoveryOf(
  { group, version }: RemoteApi,
  get: Get,
): Promise<RemoteDocuments['discovery']> {
  const list = await get('/apis', aggregatedType);
  if (list?.['kind'] === 'APIGroupDiscoveryList') {
    const items = list['items'] as { metadata?: { name?: string }; versions?: Version[] }[];
    const found = items
      .find((item) => item.metadata?.name === group)
      ?.versions?.find((one) => one.version === version);
    if (found) return { version, resources: found.resources ?? [] };
  }
  const legacy = await get(`/apis/${group}/${version}`);
  if (legacy?.['kind'] !== 'APIResourceList') return undefined;
  return { version, resources: fromLegacy(group, version, legacy['resources'] as Legacy[]) };
}

interface Version {
  version?: string;
  resources?: unknown[];
}

interface Legacy {
  name: string;
  singularName?: string;
  namespaced: boolean;
  group?: string;
  version?: string;
  kind: string;
  verbs: string[];
  shortNames?: string[];
  categories?: string[];
}

/** Resources of plain discovery in the shape of the aggregated one. */
function fromLegacy(group: string, version: string, resources: readonly Legacy[] = []): unknown[] {
  const kindOf = (row: Legacy) => ({
    group: row.group ?? group,
    version: row.version ?? version,
    kind: row.kind,
  });
  return resources
    .filter(({ name }) => !name.includes('/'))
    .map((row) => {
      const subresources = resources
        .filter(({ name }) => name.startsWith(`${row.name}/`))
        .map((sub) => ({
          subresource: sub.name.slice(row.name.length + 1),
          responseKind: kindOf(sub),
          verbs: sub.verbs,
        }));
      return {
        resource: row.name,
        responseKind: kindOf(row),
        scope: row.namespaced ? 'Namespaced' : 'Cluster',
        singularResource: row.singularName ?? '',
        verbs: row.verbs,
        ...(row.shortNames ? { shortNames: row.shortNames } : {}),
        ...(row.categories ? { categories: row.categories } : {}),
        ...(subresources.length > 0 ? { subresources } : {}),
      };
    });
}

async function getJson(
  context: ServerContext,
  target: Target,
  path: string,
  accept: string,
): Promise<Record<string, unknown> | undefined> {
  try {
    const answer = await context.outbound.send(target, {
      method: 'GET',
      path,
      headers: { accept, ...userHeaders(aggregator) },
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await textOf(answer);
    if (answer.statusCode !== 200) return undefined;
    const value: unknown = JSON.parse(text);
    return isPlainObject(value) ? value : undefined;
  } catch (error) {
    context.log('debug', 'an aggregated server gives no document', { path, error: String(error) });
    return undefined;
  }
}

async function textOf(answer: IncomingMessage): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of answer as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > maxBytes) throw new Error(`larger than ${maxBytes} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString('utf8');
}
