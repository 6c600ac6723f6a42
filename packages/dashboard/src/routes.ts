import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors } from '@dormice/apimachinery';
import type { Client } from '@dormice/client';
import {
  type CreateRequest,
  createCluster,
  deleteCluster,
  kubeconfigOf,
  setReplicas,
} from './actions.ts';
import type { LiveFeed } from './live.ts';
import { templates } from './templates.ts';

export interface RouteContext {
  host: Client;
  live: LiveFeed;
}

type Handler = (
  context: RouteContext,
  request: IncomingMessage,
  response: ServerResponse,
  params: { namespace: string; name: string },
) => Promise<void> | void;

interface Route {
  method: string;
  path: RegExp;
  handle: Handler;
}

const cluster = '/api/clusters/(?<namespace>[a-z0-9.-]+)/(?<name>[a-z0-9.-]+)';
const maxBody = 64 * 1024;

/** The whole HTTP API of the dashboard. Writes are refused before they come here unless they are the page's own. */
export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: /^\/api\/clusters$/,
    handle: ({ live }, _request, response) => json(response, 200, live.snapshot()),
  },
  {
    method: 'GET',
    path: /^\/api\/events$/,
    handle: ({ live }, _request, response) => live.add(response),
  },
  {
    method: 'GET',
    path: /^\/api\/templates$/,
    handle: (_context, _request, response) => json(response, 200, templates),
  },
  {
    method: 'POST',
    path: /^\/api\/clusters$/,
    handle: async ({ host }, request, response) => {
      const created = await createCluster(host, await readJson<CreateRequest>(request));
      json(response, 201, { uid: created.metadata.uid });
    },
  },
  {
    method: 'POST',
    path: new RegExp(`^${cluster}/wake$`),
    handle: async ({ host }, _request, response, ref) => {
      await setReplicas(host, ref, 1);
      json(response, 202, {});
    },
  },
  {
    method: 'POST',
    path: new RegExp(`^${cluster}/sleep$`),
    handle: async ({ host }, _request, response, ref) => {
      await setReplicas(host, ref, 0);
      json(response, 202, {});
    },
  },
  {
    method: 'DELETE',
    path: new RegExp(`^${cluster}$`),
    handle: async ({ host }, _request, response, ref) => {
      await deleteCluster(host, ref);
      json(response, 202, {});
    },
  },
  {
    method: 'GET',
    path: new RegExp(`^${cluster}/kubeconfig$`),
    handle: async ({ host }, _request, response, ref) => {
      const text = await kubeconfigOf(host, ref);
      response.writeHead(200, {
        'content-type': 'application/yaml',
        'content-disposition': `attachment; filename="${ref.name}.kubeconfig.yaml"`,
        'cache-control': 'no-store',
      });
      response.end(text);
    },
  },
];

export function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(value));
}

async function readJson<T>(request: IncomingMessage): Promise<T> {
  const pieces: Buffer[] = [];
  let size = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    size += piece.length;
    if (size > maxBody) throw errors.tooLarge(`the body is over ${maxBody} bytes`);
    pieces.push(piece);
  }
  try {
    return JSON.parse(Buffer.concat(pieces).toString('utf8')) as T;
  } catch {
    throw errors.badRequest('the body is not JSON');
  }
}
