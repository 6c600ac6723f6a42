import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { errors, toStatusError } from '@dormice/apimachinery';
import type { Client } from '@dormice/client';
import type { Operator } from '@dormice/operator';
import { LiveFeed } from './live.ts';
import { json, routes } from './routes.ts';
import { isExpectedHost, isLoggedIn, isSameOrigin, isToken, sessionCookie } from './session.ts';
import { isBuilt, serveFile } from './static-files.ts';

export interface DashboardOptions {
  host: Client;
  operator: Operator;
  /** Login token; the URL printed at start carries it. */
  token: string;
  log: (level: 'debug' | 'info' | 'warn' | 'error', message: string, fields?: object) => void;
}

export interface Dashboard {
  listen(address: { host: string; port: number }): Promise<{ host: string; port: number }>;
  close(): Promise<void>;
}

/** No script but our own, no framing, nothing from elsewhere. Mantine sets style attributes. */
const securityHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

const loginPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Dormice</title>
<h1>Dormice</h1><p>Open the dashboard with the URL that Dormice printed at start, or give its token:</p>
<form method="get" action="/"><label>Token <input name="token" type="password" autocomplete="off"></label> <button>Log in</button></form></html>`;

/** The web UI and its small HTTP API. Nothing is answered without the token. */
export function createDashboard(options: DashboardOptions): Dashboard {
  const live = new LiveFeed(options.host, options.operator, options.log);
  const context = { host: options.host, live };
  let listenHost = '127.0.0.1';

  async function answer(request: http.IncomingMessage, response: http.ServerResponse) {
    for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value);
    const url = new URL(request.url ?? '/', 'http://dashboard');
    if (!isExpectedHost(request, listenHost)) {
      return json(response, 421, errors.badRequest('this host name is not served').toStatus());
    }
    if (url.pathname === '/' && isToken(url.searchParams.get('token'), options.token)) {
      response.writeHead(303, { location: '/', 'set-cookie': sessionCookie(options.token) });
      return void response.end();
    }
    if (!isLoggedIn(request, options.token)) return refuse(url, response);
    const route = routes.find(
      (entry) => entry.method === request.method && entry.path.test(url.pathname),
    );
    if (route) {
      if (request.method !== 'GET' && !isSameOrigin(request)) {
        return json(
          response,
          403,
          errors.badRequest('writes are only taken from the page itself').toStatus(),
        );
      }
      const groups = route.path.exec(url.pathname)?.groups ?? {};
      const params = { namespace: groups['namespace'] ?? '', name: groups['name'] ?? '' };
      return route.handle(context, request, response, params);
    }
    if (request.method === 'GET' && (await serveFile(url.pathname, response))) return;
    if (url.pathname === '/' && !isBuilt()) {
      return json(response, 503, { message: 'the page is not built: start with npm start' });
    }
    json(response, 404, errors.unknownPath().toStatus());
  }

  const server = http.createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      const status = toStatusError(error);
      if (status.code >= 500) options.log('warn', 'dashboard', { error: status.message });
      if (response.headersSent) response.destroy();
      else json(response, status.code, status.toStatus());
    });
  });

  return {
    listen: ({ host, port }) =>
      new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          listenHost = host;
          resolve({ host, port: (server.address() as AddressInfo).port });
        });
      }),
    close: () =>
      new Promise((resolve) => {
        live.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** People get a login form, programs a 401. */
function refuse(url: URL, response: http.ServerResponse): void {
  if (url.pathname === '/') {
    response.writeHead(401, { 'content-type': 'text/html; charset=utf-8' });
    response.end(loginPage);
  } else {
    json(response, 401, errors.unauthorized().toStatus());
  }
}
