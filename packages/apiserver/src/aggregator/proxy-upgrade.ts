import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errors } from '@dormice/apimachinery';
import type { ApiRequest, UserInfo } from '@dormice/client';
import type { ServerContext } from '../context.ts';
import { goErrorText } from '../outbound/go-error.ts';
import { frontProxyOf } from './front-proxy.ts';
import { pathOf } from './proxy.ts';
import { type RemoteApi, targetOf } from './remote-apis.ts';
import { forwarded, userHeaders } from './user-headers.ts';

/** Joins a connection that wants to be upgraded with the aggregated server: it answers the handshake itself. */
export async function proxyUpgrade(
  context: ServerContext,
  api: RemoteApi,
  { request, message, user }: { request: ApiRequest; message: IncomingMessage; user: UserInfo },
  client: Duplex,
  head: Buffer,
): Promise<void> {
  const identity = frontProxyOf(context);
  if (!api.available || !identity) throw errors.unavailable('service unavailable');
  const target = targetOf(api, identity);
  const server = await context.outbound.connect(target).catch((error: unknown) => {
    throw errors.unavailable(`error trying to reach service: ${goErrorText(error)}`);
  });
  const headers = {
    host: target.serverName,
    ...forwarded(message.headers),
    ...userHeaders(user),
    connection: 'Upgrade',
    upgrade: message.headers.upgrade ?? '',
  };
  const lines = Object.entries(headers).flatMap(([name, value]) =>
    [value].flat().map((one) => `${name}: ${one.replace(/[\r\n]/g, ' ')}`),
  );
  server.write(`${message.method} ${pathOf(request)} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`);
  if (head.length > 0) server.write(head);
  await Promise.allSettled([pipeline(server, client), pipeline(client, server)]);
  client.destroy();
  server.destroy();
}
